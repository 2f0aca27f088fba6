package transport

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/99designs/gqlgen/graphql"
)

// keeping is a writer that keeps the slice that it is given, as HTTP/2 may do after a failure.
type keeping struct {
	http.ResponseWriter
	fails bool
	body  []byte
}

func (w *keeping) Write(b []byte) (int, error) {
	w.body = b
	if w.fails {
		return 0, errors.New("the stream was reset")
	}
	return len(b), nil
}

// TestBodiesThatMayStillBeSentAreNotUsedAgain writes answers of the pool: after a failure, the next one must not
// be built in the same memory.
func TestBodiesThatMayStillBeSentAreNotUsedAgain(t *testing.T) {
	t.Parallel()
	again := 0
	for range 100 { // under -race a pool drops some buffers at random
		var pool buffers
		failed := &keeping{ResponseWriter: httptest.NewRecorder(), fails: true}
		pool.writePooled(failed, http.StatusOK, plainJSON, &graphql.Response{Data: json.RawMessage(`{"a":1}`)}, nil)
		first := &keeping{ResponseWriter: httptest.NewRecorder()}
		pool.writePooled(first, http.StatusOK, plainJSON, &graphql.Response{Data: json.RawMessage(`{"a":2}`)}, nil)
		second := &keeping{ResponseWriter: httptest.NewRecorder()}
		pool.writePooled(second, http.StatusOK, plainJSON, &graphql.Response{Data: json.RawMessage(`{"a":3}`)}, nil)
		if &first.body[0] == &failed.body[0] || string(failed.body) != `{"data":{"a":1}}` {
			t.Fatalf("the memory of a failed write was used again: %s", failed.body)
		}
		if &second.body[0] == &first.body[0] {
			again++
		}
		if string(second.body) != `{"data":{"a":3}}` {
			t.Fatalf("wrote %s", second.body)
		}
	}
	if again == 0 {
		t.Error("no memory was used again")
	}
}
