package order

import (
	"sync"

	"linli/internal/platform/db"
)

// hub wakes the live pages of this process; other processes' changes are found by their poll.
type hub struct {
	mu      sync.Mutex
	waiting map[chan db.ID]bool
}

func newHub() *hub { return &hub{waiting: map[chan db.ID]bool{}} }

// listen gives a channel of the orders that change. It is lossy: who is slow looks again at the next one.
func (h *hub) listen() chan db.ID {
	ch := make(chan db.ID, 16)
	h.mu.Lock()
	h.waiting[ch] = true
	h.mu.Unlock()
	return ch
}

func (h *hub) leave(ch chan db.ID) {
	h.mu.Lock()
	delete(h.waiting, ch)
	h.mu.Unlock()
}

func (h *hub) tell(id db.ID) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for ch := range h.waiting {
		select {
		case ch <- id:
		default:
		}
	}
}
