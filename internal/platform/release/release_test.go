package release

import (
	"runtime/debug"
	"testing"
)

// A binary from a checkout says its commit and the Shanghai day of it; any other says that it does not know.
func TestRelease(t *testing.T) {
	stamped := &debug.BuildInfo{Main: debug.Module{Version: "v0.0.0-20261128170943-0381801abcde"}, Settings: []debug.BuildSetting{
		{Key: "vcs", Value: "git"}, {Key: "vcs.revision", Value: "0381801abcde"}, {Key: "vcs.time", Value: "2026-11-28T17:09:43Z"},
	}}
	if got, want := from(stamped, 7), (Release{"v0.0.0-20261128170943-0381801abcde", "0381801abcde", "2026-11-29", 7}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	bare := &debug.BuildInfo{Main: debug.Module{Version: "(devel)"}}
	if got, want := from(bare, 7), (Release{Unknown, Unknown, Unknown, 7}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	for r, want := range map[Release]string{
		from(stamped, 7): "版本 v0.0.0-20261128170943-0381801abcde，提交 0381801abcde（2026-11-29），数据库结构 7",
		from(bare, 7):    "版本未知（不是从代码库的检出构建的），数据库结构 7",
	} {
		if r.Words() != want {
			t.Errorf("got %s, want %s", r.Words(), want)
		}
	}
	if r, err := This(); err != nil || r.Schema < 74 {
		t.Errorf("the schema of this program is %d, %v", r.Schema, err)
	}
}
