package assign

// heap is a queue of volunteers by distance, both in one number, with four children a node: half as deep as a binary one, and the four
// lie in one cache line. Equal distances come out by volunteer, so that the same problem always has the same answer.
type heap []uint64

func (h *heap) push(dist int64, v int32) {
	x := uint64(dist)<<32 | uint64(uint32(v))
	q := append(*h, x)
	i := len(q) - 1
	for i > 0 {
		up := (i - 1) / 4
		if q[up] <= x {
			break
		}
		q[i], i = q[up], up
	}
	q[i] = x
	*h = q
}

// pop gives the nearest volunteer of a heap that is not empty.
func (h *heap) pop() (dist int64, v int32) {
	q := *h
	top, last := q[0], len(q)-1
	x := q[last]
	q = q[:last]
	i := 0
	for {
		c := 4*i + 1
		if c >= last {
			break
		}
		least := c
		for k := c + 1; k < min(c+4, last); k++ {
			if q[k] < q[least] {
				least = k
			}
		}
		if q[least] >= x {
			break
		}
		q[i], i = q[least], least
	}
	if last > 0 {
		q[i] = x
	}
	*h = q
	return int64(top >> 32), int32(uint32(top))
}
