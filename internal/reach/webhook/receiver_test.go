package webhook_test

import (
	"bufio"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"testing"

	"crypto/x509"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
)

// The secret that a receiver in another process verifies by; without it the test runs.
const receiverSecret = "LINLI_TEST_WEBHOOK_SECRET"

func TestMain(m *testing.M) {
	if secret := os.Getenv(receiverSecret); secret != "" {
		receive(secret)
	}
	os.Exit(m.Run())
}

// got is what a receiver says of a call, a line each.
type got struct {
	ID, Verdict string
	Body        json.RawMessage
}

// receive is the receiver: a process of its own that knows of us a secret alone, and verifies by the library of Standard Webhooks.
func receive(secret string) {
	hook, err := standardwebhooks.NewWebhook(secret)
	if err != nil {
		panic(err)
	}
	out := json.NewEncoder(os.Stdout)
	srv := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		verdict := "ok"
		if err := hook.Verify(body, r.Header); err != nil {
			verdict = err.Error()
			w.WriteHeader(http.StatusBadRequest)
		}
		out.Encode(got{r.Header.Get("webhook-id"), verdict, body})
	}))
	out.Encode(map[string]any{"url": srv.URL, "cert": pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: srv.Certificate().Raw})})
	io.Copy(io.Discard, os.Stdin) // until the test ends
	os.Exit(0)
}

// foreign is a running receiver.
type foreign struct {
	url   string
	roots *x509.CertPool
	lines *bufio.Scanner
}

func startForeign(t *testing.T, secret string) *foreign {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), receiverSecret+"="+secret)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		in.Close()
		cmd.Wait()
	})
	f := &foreign{roots: x509.NewCertPool(), lines: bufio.NewScanner(out)}
	var hello struct {
		URL  string
		Cert []byte
	}
	f.next(t, &hello)
	f.url = hello.URL
	f.roots.AppendCertsFromPEM(hello.Cert)
	return f
}

func (f *foreign) next(t *testing.T, v any) {
	t.Helper()
	if !f.lines.Scan() {
		t.Fatal("the receiver has ended")
	}
	if err := json.Unmarshal(f.lines.Bytes(), v); err != nil {
		t.Fatal(fmt.Errorf("%s: %w", f.lines.Bytes(), err))
	}
}
