package pgtest

import (
	"os/exec"
	"syscall"
)

// detach keeps a Ctrl-C at the terminal from the cluster: the tests still need
// it while they clean up, and their end is its end.
func detach(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
}
