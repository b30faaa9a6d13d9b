package web

import (
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"time"

	"linli/internal/platform/auth"
	"linli/internal/platform/errs"
)

// Times of a stream without events: when it says that it is there, and when it asks anew whether its reader is still who he was.
const (
	heartbeat = 20 * time.Second
	askIdle   = time.Minute
)

// EndStreams lets every stream end, and each new one at once: the first step of a stop, since they would hold it up for good.
func (r *Router) EndStreams() { close(r.stopping) }

func (r *Router) stream(w http.ResponseWriter, req *http.Request, events <-chan string) {
	rc := http.NewResponseController(w)
	rc.SetWriteDeadline(time.Time{})
	w.Header().Set("Content-Type", "text/event-stream; charset=utf-8")
	w.Header().Set("X-Accel-Buffering", "no")
	fmt.Fprint(w, ": linli\n\n")
	rc.Flush()
	tick := time.NewTicker(heartbeat)
	defer tick.Stop()
	asked := time.Now()
	for {
		select {
		case <-req.Context().Done():
			return
		case <-r.stopping:
			return
		case e, ok := <-events:
			if !ok || !r.unchanged(req) {
				return
			}
			fmt.Fprintf(w, "event: moved\ndata: %s\n\n", strings.ReplaceAll(e, "\n", " "))
		case <-tick.C:
			if time.Since(asked) > askIdle {
				if !r.unchanged(req) {
					return
				}
				asked = time.Now()
			}
			fmt.Fprint(w, ": still here\n\n")
		}
		if rc.Flush() != nil {
			return
		}
	}
}

// unchanged says whether the session still stands, with the same rights; a database that cannot be asked changes nothing.
func (r *Router) unchanged(req *http.Request) bool {
	now, err := r.actor(req.Context(), Meta(req.Context()))
	return err == nil && reflect.DeepEqual(now, auth.From(req.Context())) || errs.KindOf(err) == errs.Unavailable
}
