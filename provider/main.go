// Command provider is a provider of sign-in (OpenID Connect) for the browser test of the product: that of zitadel/oidc with its own
// pages, a process apart. It prints its issuer; each line of its input is an address to which the client linli, with the secret provider,
// may have people sent back.
package main

import (
	"bufio"
	"fmt"
	"log"
	"log/slog"
	"net"
	"net/http"
	"os"

	"github.com/zitadel/oidc/v3/example/server/exampleop"
	"github.com/zitadel/oidc/v3/example/server/storage"
)

func main() {
	// another site than the product's own 127.0.0.1, as a provider always is
	ln, err := net.Listen("tcp", "127.0.0.2:0")
	if err != nil {
		log.Fatal(err)
	}
	issuer, clients := "http://"+ln.Addr().String(), map[string]*storage.Client{}
	store := storage.NewStorageWithClients(storage.NewUserStore(issuer), clients)
	pages := exampleop.SetupServer(issuer, store, slog.New(slog.DiscardHandler), false)
	go func() { log.Fatal(http.Serve(ln, pages)) }()
	fmt.Println(issuer)
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		clients["linli"] = storage.WebClient("linli", "provider", lines.Text())
		fmt.Println("known")
	}
}
