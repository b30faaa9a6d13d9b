// Package tiny has rules of which its test sees some, for the tests of the tool.
package tiny

const top = 5

var step = 2

// full is tested at, below and above its edge.
func full(n int) bool { return n >= top }

// odd is tested far from its edge.
func odd(n int) bool { return n > 100 }

// next is never asked.
func next(n int) int {
	for n < top && step > 0 {
		n += step
	}
	return n
}
