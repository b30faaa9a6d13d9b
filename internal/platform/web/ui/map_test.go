package ui

import (
	"slices"
	"testing"
)

// A map must say its approval number, and its tiles come from a named host over https; without tiles there is none.
func TestNewMap(t *testing.T) {
	const good, credit = "https://t0.tianditu.gov.cn/vec_w/wmts?LAYER=vec&TILEMATRIX={z}&TILEROW={y}&TILECOL={x}&tk=k", "天地图 审图号 GS(2024)0650号"
	if m, err := NewMap(nil, ""); m != nil || err != nil {
		t.Errorf("no tiles: %v, %v", m, err)
	}
	m, err := NewMap([]string{good, "https://t0.tianditu.gov.cn/cva_w/{z}/{x}/{y}"}, credit)
	if err != nil || !slices.Equal(m.Hosts, []string{"https://t0.tianditu.gov.cn"}) {
		t.Errorf("two layers of one host: %v, %v", m, err)
	}
	for what, tiles := range map[string]string{"no https": "http://t0.tianditu.gov.cn/{z}/{x}/{y}", "no row": "https://a.cn/{z}/{x}",
		"any host": "https://{s}.a.cn/{z}/{x}/{y}", "a host and more": "https://a.cn;script-src/{z}/{x}/{y}",
		"all hosts": "https://*/{z}/{x}/{y}", "no address": "{z}/{x}/{y}", "a password": "https://a:b@a.cn/{z}/{x}/{y}"} {
		if _, err := NewMap([]string{tiles}, credit); err == nil {
			t.Errorf("%s is taken: %s", what, tiles)
		}
	}
	if _, err := NewMap([]string{good}, " "); err == nil {
		t.Error("a map without its approval number")
	}
}
