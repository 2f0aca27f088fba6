package localpg

import (
	"os/exec"
	"strconv"
	"strings"
	"syscall"
)

// tiedToUs is empty here: the system has no such tie, the next start stops
// what was left.
func tiedToUs() *syscall.SysProcAttr { return &syscall.SysProcAttr{} }

// living returns the postmaster, as postmaster.pid names it, if that process
// is one on this data folder: its id may belong to another process.
func living(data string, postmaster int) []int {
	line, err := exec.Command("ps", "-o", "command=", "-p", strconv.Itoa(postmaster)).Output() //nolint:gosec // a number
	if err != nil || !strings.Contains(string(line), "postgres") || !strings.Contains(string(line), "-D "+data) {
		return nil
	}
	return []int{postmaster}
}
