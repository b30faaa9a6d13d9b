package web

import (
	"crypto/rand"
	"fmt"
	"net/http"
	"runtime/debug"
)

// panicked is a panic of the code that answers a request, as an error like any other fault.
type panicked struct {
	value any
	stack []byte
}

func (p *panicked) Error() string { return fmt.Sprintf("panic: %v\n%s", p.value, p.stack) }

// guard answers a panic outside of the routes in plain words, for the page itself may be what is broken.
func (r *Router) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		r.caught(&recorder{ResponseWriter: w}, req, next.ServeHTTP, func(w http.ResponseWriter, req *http.Request, err error) {
			http.Error(w, faultWords(r.fault(req, err)), http.StatusInternalServerError)
		})
	})
}

// caught runs fn and answers a panic in it. Where an answer has begun there is only the end of the connection, which says that it is
// not whole.
func (r *Router) caught(rec *recorder, req *http.Request, fn http.HandlerFunc, answer func(http.ResponseWriter, *http.Request, error)) {
	defer func() {
		v := recover()
		if v == nil {
			return
		}
		if v == http.ErrAbortHandler { // a panic with this very value, by its contract
			panic(v)
		}
		err := &panicked{v, debug.Stack()}
		if rec.begun {
			r.fault(req, err)
			panic(http.ErrAbortHandler)
		}
		answer(rec, req, err)
	}()
	fn(rec, req)
}

// fault logs and counts what is a fault of ours, and gives the number under which the log has it. A request that its client has
// left is none.
func (r *Router) fault(req *http.Request, err error) string {
	kind := "error"
	if _, ok := err.(*panicked); ok {
		kind = "panic"
	} else if req.Context().Err() != nil {
		return ""
	}
	number := rand.Text()[:8]
	r.faults.WithLabelValues(kind).Inc()
	r.cfg.Log.Error("internal error", "number", number, "method", req.Method, "path", req.URL.Path, "err", err)
	return number
}

func faultWords(number string) string {
	return "已经记下，编号 " + number + "。请稍后再试；一直这样，就把编号告诉管理员。"
}
