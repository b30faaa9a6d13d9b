//go:build !linux

package db

import "syscall"

// impatient leaves a connection to the keep-alive of its system.
func impatient(string, string, syscall.RawConn) error { return nil }
