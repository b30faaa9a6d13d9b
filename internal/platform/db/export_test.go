package db

// ExpireLease makes d's lease run out, as a long suspension of the process does.
func ExpireLease(d *DB) {
	d.ids.mu.Lock()
	defer d.ids.mu.Unlock()
	d.ids.until = 0
}
