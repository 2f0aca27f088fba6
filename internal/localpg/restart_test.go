package localpg

import (
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// TestAServerThatDiesIsStartedAgain where it was, with its data, again and again; Stop still stops it.
func TestAServerThatDiesIsStartedAgain(t *testing.T) {
	t.Parallel()
	o := quick(tempDir(t))
	o.Restart = true
	s := mustStart(t, o)
	// eventually runs SQL until it succeeds: the server needs some time.
	eventually := func(sql string) {
		t.Helper()
		for deadline := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
			conn, err := pgx.Connect(t.Context(), s.URL())
			if err == nil {
				_, err = conn.Exec(t.Context(), sql)
				_ = conn.Close(t.Context())
			}
			if err == nil {
				return
			}
			if time.Now().After(deadline) {
				t.Fatal(err)
			}
		}
	}
	eventually(`CREATE TABLE kept (n int)`)
	for _, signal := range []syscall.Signal{syscall.SIGKILL, syscall.SIGQUIT} {
		before := s.PID()
		if err := syscall.Kill(before, signal); err != nil {
			t.Fatal(err)
		}
		for deadline := time.Now().Add(time.Minute); s.PID() == before; time.Sleep(10 * time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatalf("no other server was started after %s", signal)
			}
		}
		eventually(`INSERT INTO kept VALUES (1)`)
	}
	select {
	case <-s.Done():
		t.Error("the server is done while it runs")
	default:
	}
	if err := s.Stop(t.Context()); err != nil || s.Err() != nil {
		t.Errorf("Stop = %v, Err = %v", err, s.Err())
	}
	<-s.Done()
}

// TestStopEndsTheWaitForARestart kills the server and stops it at once.
func TestStopEndsTheWaitForARestart(t *testing.T) {
	t.Parallel()
	o := quick(tempDir(t))
	o.Restart = true
	s := mustStart(t, o)
	if err := syscall.Kill(s.PID(), syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	if err := s.Stop(t.Context()); err != nil {
		t.Error(err)
	}
	<-s.Done()
}
