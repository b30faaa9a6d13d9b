package app

import "syscall"

// roomy says whether a folder has room and may be written to; what cannot be asked counts as roomy.
func roomy(dir string) bool {
	const readOnly = 1 // ST_RDONLY
	var s syscall.Statfs_t
	return syscall.Statfs(dir, &s) != nil || s.Flags&readOnly == 0 && s.Bavail*uint64(s.Bsize) >= leastRoom
}
