package db

import "time"

// ExpireLease makes d's lease run out, as a long suspension of the process does.
func ExpireLease(d *DB) {
	d.ids.mu.Lock()
	defer d.ids.mu.Unlock()
	d.ids.until = 0
}

// Limit is the limits of Serve, made small.
func (d *DB) Limit(conns int, statement time.Duration) { d.limit(conns, statement) }
