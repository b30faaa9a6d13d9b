package webhook_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"linli/internal/reach/webhook"
	"linli/internal/work/attendance/attendancetest"
)

// certificateOf writes one of this machine's own with its key.
func certificateOf(t *testing.T, dir string) *x509.CertPool {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	tmpl := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "receiver"}, NotBefore: time.Now().Add(-time.Hour),
		NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}
	raw, err := x509.CreateCertificate(rand.Reader, tmpl, tmpl, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	cert := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: raw})
	hidden := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private})
	for name, data := range map[string][]byte{"cert.pem": cert, "key.pem": hidden} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(cert)
	return pool
}

// freePort is one that nobody listens at.
func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	return port
}

// A receiver of which no line is ours, but the shell's: openssl takes the call over TLS and checks both signatures.
func TestShell(t *testing.T) {
	base := attendancetest.New(t, attendancetest.Seeded.SQLite(t))
	w := newWorld(t, base)
	dir, port := t.TempDir(), freePort(t)
	at := "https://127.0.0.1:" + port
	w.s = w.process(at, certificateOf(t, dir))
	k := w.key(w.Resident, "public")
	e, err := w.s.Add(w.Resident, webhook.AddInput{Facts: webhook.Facts{Name: "shell", URL: at + "/x", Types: []string{webhook.StationChanged},
		KeyID: k.ID}})
	w.must(err)
	keys := filepath.Join(dir, "keys")
	w.must(os.WriteFile(keys, fmt.Appendf(nil, "WHSEC='%s'\nWHPK='%s'\n", e.Shared, e.PublicKey), 0o600))
	cmd := exec.Command("sh", "testdata/receive.sh")
	cmd.Env = append(os.Environ(), "PORT="+port, "CERT="+filepath.Join(dir, "cert.pem"), "KEY="+filepath.Join(dir, "key.pem"), "KEYS="+keys)
	var out strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &out
	w.must(cmd.Start())
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	for end := time.Now().Add(2 * time.Minute); ; time.Sleep(50 * time.Millisecond) {
		if _, err := w.s.Test(w.Resident, webhook.GetInput{ID: e.ID}); err != nil {
			w.Fatal(err)
		}
		w.send()
		if d := w.get(w.Resident, e.ID); d.Sent[0].State == webhook.Delivered {
			break
		}
		if time.Now().After(end) {
			w.Fatal("the receiver does not answer: ", out.String())
		}
	}
	if err := <-ended; err != nil || strings.TrimSpace(out.String()) != "v1 yes v1a yes" {
		w.Errorf("%v: %s", err, out.String())
	}
}

// verify.sh refuses another body, secret, key, time and signature; the guide shows it as it is tried here.
func TestShellRefuses(t *testing.T) {
	script, err := os.ReadFile("testdata/verify.sh")
	if err != nil {
		t.Fatal(err)
	}
	guide, err := os.ReadFile("../../../docs/guide/engineer.md")
	if err != nil || !strings.Contains(string(guide), "```sh\n"+string(script)+"```") {
		t.Errorf("docs/guide/engineer.md does not show testdata/verify.sh: %v", err)
	}
	base := attendancetest.New(t, attendancetest.Seeded.SQLite(t))
	w := newWorld(t, base)
	e := w.hook(w.Resident, "/", webhook.StationChanged)
	other := w.hook(w.Manager, "/other", webhook.StationChanged)
	_, err = w.s.Test(w.Resident, webhook.GetInput{ID: e.ID})
	w.must(err)
	w.send()
	c := w.got("/")[0]
	right := map[string]string{"WHSEC": e.Shared, "WHPK": e.PublicKey, "ID": c.head.Get("webhook-id"), "TS": c.head.Get("webhook-timestamp"),
		"SIG": c.head.Get("webhook-signature"), "body": c.body}
	verify := func(name, value string) error {
		cmd := exec.Command("sh", "testdata/verify.sh")
		cmd.Env, cmd.Stdin = os.Environ(), strings.NewReader(right["body"])
		for k, v := range right {
			if k == name {
				v = value
			}
			cmd.Env = append(cmd.Env, k+"="+v)
		}
		if name == "body" {
			cmd.Stdin = strings.NewReader(value)
		}
		return cmd.Run()
	}
	if err := verify("", ""); err != nil {
		t.Fatal(err)
	}
	for name, value := range map[string]string{"WHSEC": other.Shared, "WHPK": other.PublicKey, "ID": "msg_1", "TS": "1614265330",
		"SIG": "v1,AAAA v1a,AAAA", "body": c.body + " "} {
		if verify(name, value) == nil {
			t.Errorf("%s is not looked at", name)
		}
	}
}
