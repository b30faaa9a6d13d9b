package htmltest

import (
	"slices"
	"strings"
	"testing"
)

// Each of these is refused by the checker of the W3C too.
func TestCheck(t *testing.T) {
	for page, want := range map[string]string{
		`<p><ul><li>a</li></ul></p>`:                                      `<ul> in <p>`,
		`<p><a href="/"><div></div></a></p>`:                              `<div> in <p>`,
		`<a href="/"><button>b</button></a>`:                              `<button> in <a>`,
		`<ul><b>x</b></ul>`:                                               `<b> in <ul>`,
		`<div><li>x</li></div>`:                                           `<li> in <div>`,
		`<i id="a"></i><b id="a"></b>`:                                    `id "a" of <b> stands twice, or is none`,
		`<label for="x">a</label>`:                                        `label for names "x", which is not there`,
		`<label for="x">a</label><fieldset id="x"></fieldset>`:            `a label is for <fieldset id="x">, which takes none`,
		`<b class="a" class="b"></b>`:                                     `<b> has class twice`,
		`<input type="number" maxlength="3">`:                             `<input> of type "number" may not have maxlength="3"`,
		`<span aria-label="x">y</span>`:                                   `<span> of type "" may not have aria-label="x"`,
		`<table><tr><td>a</td></tr><tr><td>a</td><td>b</td></tr></table>`: `rows of a table are [1 2] wide`,
		`<div><b></div>`:                                                  `</div> where <b> is open`,
		`<div>`:                                                           `<div> is never closed`,
		`<img src="/a">`:                                                  `<img> without alt`,
		`<form action="/"><form action="/"></form></form>`:                `<form> in <form>`,
		`<details><p>a</p><summary>b</summary></details>`:                 `<summary> is not the first in <details>`,
		`<select name="s" required><option value="a">a</option></select>`: `<select name="s"> is required and begins with a choice`,
		`<a href="/a b">x</a>`:                                            `<a> of type "" may not have href="/a b"`,
	} {
		if got := Check(page); !slices.Contains(got, want) {
			t.Errorf("%s: %v, want %q", page, got, want)
		}
	}
	good := `<!DOCTYPE html><html lang="zh-CN"><head><title>a</title></head><body><main><a href="/"><div><h2>x</h2></div></a>
		<details><summary><h2>a</h2></summary><p>b</p></details><label for="x">a</label><input id="x" type="number" max="3">
		<table><thead><tr><th colspan="2">a</th></tr></thead><tbody><tr><td>a</td><td>b</td></tr></tbody></table>
		<template><li><p>a</p></li></template>
		<svg viewBox="0 0 1 1"><a href="/"><rect aria-label="x"></rect></a></svg></main></body></html>`
	if got := Check(good); len(got) > 0 {
		t.Errorf("good: %s", strings.Join(got, "; "))
	}
}
