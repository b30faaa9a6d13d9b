package identity

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
)

const (
	clientID     = "linli"
	clientSecret = "there-𠮷-secret"
)

// peer is a provider that says whatever a test has it say; the one that nobody here wrote is met in cmd/linli.
type peer struct {
	*httptest.Server
	t      *testing.T
	mu     sync.Mutex
	key    *rsa.PrivateKey
	kid    string
	codes  map[string]map[string]any // claims that a code stands for
	asked  map[string]url.Values     // with what he was sent who got it
	bends  func(claims map[string]any)
	signs  func(claims []byte) string
	doc    func(d map[string]any)
	tokens int // how often a code was exchanged
}

func newPeer(t *testing.T) *peer {
	p := &peer{t: t, codes: map[string]map[string]any{}, asked: map[string]url.Values{}}
	p.rotate()
	mux := http.NewServeMux()
	mux.HandleFunc("/.well-known/openid-configuration", p.document)
	mux.HandleFunc("/keys", p.keys)
	mux.HandleFunc("/token", p.token)
	p.Server = httptest.NewServer(mux)
	t.Cleanup(p.Close)
	return p
}

func (p *peer) rotate() {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		p.t.Fatal(err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.key, p.kid = key, rand.Text()
}

func (p *peer) answer(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(v); err != nil {
		p.t.Error(err)
	}
}

func (p *peer) document(w http.ResponseWriter, _ *http.Request) {
	d := map[string]any{"issuer": p.URL, "authorization_endpoint": p.URL + "/authorize", "token_endpoint": p.URL + "/token",
		"jwks_uri": p.URL + "/keys", "response_types_supported": []string{"code"}, "code_challenge_methods_supported": []string{"S256"},
		"id_token_signing_alg_values_supported": []string{"RS256", "HS256", "none"}}
	if p.doc != nil {
		p.doc(d)
	}
	p.answer(w, d)
}

func (p *peer) keys(w http.ResponseWriter, _ *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.answer(w, jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: &p.key.PublicKey, KeyID: p.kid, Algorithm: "RS256", Use: "sig"}}})
}

// consent is the person who signs in there under a name, and gives what the provider sends him back with.
func (p *peer) consent(to, name string) url.Values {
	u, err := url.Parse(to)
	if err != nil {
		p.t.Fatal(err)
	}
	q, code := u.Query(), rand.Text()
	if !strings.HasPrefix(to, p.URL+"/authorize?") || q.Get("response_type") != "code" || q.Get("code_challenge_method") != "S256" ||
		q.Get("client_id") != clientID || !strings.Contains(" "+q.Get("scope")+" ", " openid ") {
		p.t.Errorf("sent to %s", to)
	}
	claims := map[string]any{"iss": p.URL, "sub": name, "aud": clientID, "nonce": q.Get("nonce"), "iat": time.Now().Unix(),
		"exp": time.Now().Add(time.Minute).Unix(), "auth_time": time.Now().Unix(), "name": "别的名字", "phone_number": "12911112222"}
	if p.bends != nil {
		p.bends(claims)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.codes[code], p.asked[code] = claims, q
	return url.Values{"code": {code}, "state": {q.Get("state")}}
}

func (p *peer) token(w http.ResponseWriter, req *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.tokens++
	id, secret, _ := req.BasicAuth()
	id, _ = url.QueryUnescape(id)
	secret, _ = url.QueryUnescape(secret)
	code := req.FormValue("code")
	sum := sha256.Sum256([]byte(req.FormValue("code_verifier")))
	asked := p.asked[code]
	if asked == nil || id != clientID || secret != clientSecret || req.FormValue("redirect_uri") != asked.Get("redirect_uri") ||
		base64.RawURLEncoding.EncodeToString(sum[:]) != asked.Get("code_challenge") {
		w.WriteHeader(http.StatusBadRequest)
		p.answer(w, map[string]string{"error": "invalid_grant", "error_description": "<script>alert(1)</script>"})
		return
	}
	claims, err := json.Marshal(p.codes[code])
	if err != nil {
		p.t.Error(err)
	}
	delete(p.asked, code)
	signs := p.signed
	if p.signs != nil {
		signs = p.signs
	}
	p.answer(w, map[string]any{"access_token": "x", "token_type": "Bearer", "id_token": signs(claims)})
}

func (p *peer) signed(claims []byte) string { return sign(p.t, jose.RS256, p.key, p.kid, claims) }

func sign(t *testing.T, alg jose.SignatureAlgorithm, key any, kid string, claims []byte) string {
	s, err := jose.NewSigner(jose.SigningKey{Algorithm: alg, Key: jose.JSONWebKey{Key: key, KeyID: kid}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	out, err := s.Sign(claims)
	if err != nil {
		t.Fatal(err)
	}
	text, err := out.CompactSerialize()
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// unsigned is a word that nobody signed (alg none).
func unsigned(claims []byte) string {
	enc := base64.RawURLEncoding.EncodeToString
	return enc([]byte(`{"alg":"none"}`)) + "." + enc(claims) + "."
}
