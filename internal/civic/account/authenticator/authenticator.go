// Package authenticator knows the codes of an app that shows one every thirty seconds (RFC 6238), and draws what it scans.
package authenticator

import (
	"crypto/hmac"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/pquerna/otp/hotp"
	"rsc.io/qr"
)

const (
	period = 30 // seconds
	skew   = 1  // steps that a clock may be off
	issuer = "邻里志愿"
)

// Step gives the step whose code this is; 0 for none. Steps up to after are used and do not count.
func Step(secret, code string, now time.Time, after int64) int64 {
	at := now.Unix() / period
	for step := max(at-skew, after+1); step <= at+skew; step++ {
		want, err := hotp.GenerateCode(secret, uint64(step))
		if err == nil && hmac.Equal([]byte(want), []byte(code)) {
			return step
		}
	}
	return 0
}

// Draw gives the address that an app takes up for a login, and its QR code: modules of its side with the quiet zone, and the dark ones
// as an SVG path.
func Draw(login, secret string) (uri string, size int, path string, err error) {
	uri = "otpauth://totp/" + url.PathEscape(issuer+":"+login) + "?secret=" + secret + "&issuer=" + url.QueryEscape(issuer)
	c, err := qr.Encode(uri, qr.M)
	if err != nil {
		return "", 0, "", err
	}
	return uri, c.Size + 8, modules(c), nil
}

// modules draws each row of dark modules as bars, four modules from the edge.
func modules(c *qr.Code) string {
	var b strings.Builder
	for y := range c.Size {
		for x := 0; x < c.Size; x++ {
			if !c.Black(x, y) {
				continue
			}
			from := x
			for x < c.Size && c.Black(x, y) {
				x++
			}
			fmt.Fprintf(&b, "M%d %dh%dv1h-%dz", from+4, y+4, x-from, x-from)
		}
	}
	return b.String()
}
