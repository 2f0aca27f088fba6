package admission

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

func BenchmarkAdmit(b *testing.B) {
	c := New(Config{Rate: Rate{PerSecond: 1e9, Burst: 1e9}})
	w := httptest.NewRecorder()
	b.ReportAllocs()
	for b.Loop() {
		if !c.Admit(w, nil, "user:1", func(http.ResponseWriter, *http.Request, error) {}) {
			b.Fatal("refused")
		}
	}
}
