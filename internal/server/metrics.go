package server

import (
	"github.com/prometheus/client_golang/prometheus"

	"bitcorp.dev/fleet/internal/fleet"
)

// register makes the metrics of the server's edge. Their labels come from lists
// of ours, never from what clients send.
func (s *Server) register(r *prometheus.Registry) {
	gauge := func(name, help string, value func() int) prometheus.Collector {
		return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, func() float64 { return float64(value()) })
	}
	s.told = prometheus.NewCounterVec(prometheus.CounterOpts{Name: "fleet_errors_total", Help: "Errors in answers, by their code: RATE_LIMITED and LIMIT_EXCEEDED grow when somebody asks for too much, INTERNAL when something is broken."}, []string{"code"})
	s.signIns = prometheus.NewCounterVec(prometheus.CounterOpts{Name: "fleet_sign_ins_total", Help: "Sign-ins, by method and by the code of what came of them; OK opened a session."}, []string{"method", "outcome"})
	r.MustRegister(s.told, s.signIns,
		gauge("fleet_sockets", "WebSockets now.", s.sockets.Open),
		gauge("fleet_event_streams", "Event streams now.", s.streams.Open),
		gauge("fleet_turns_waiting", "Requests that wait for their turn now.", s.turns.Waiting),
		gauge("fleet_refusals_held", "Refused requests that are kept waiting now, because their clients ask too often.", func() int { return int(s.held.Load()) }),
	)
}

// countSignIn counts what came of a sign-in.
func (s *Server) countSignIn(method fleet.SignInMethod, err error) {
	outcome := "OK"
	if err != nil {
		outcome = string(fleet.CodeOf(err))
	}
	s.signIns.WithLabelValues(string(method), outcome).Inc()
}
