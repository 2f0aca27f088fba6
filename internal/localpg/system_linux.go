package localpg

import (
	"os"
	"path/filepath"
	"strconv"
	"syscall"
)

// tiedToUs makes the kernel stop the child (a fast shutdown) when the thread
// that made it ends, even by kill -9.
func tiedToUs() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Pdeathsig: syscall.SIGINT}
}

// living returns the processes at work in a data folder: the postmaster and
// its children, all of which have it as their working directory. A zombie has
// none, and a process id that was given to someone else does not count.
func living(data string, _ int) []int {
	folder, err := os.Stat(data)
	if err != nil {
		return nil
	}
	links, err := filepath.Glob("/proc/[0-9]*/cwd")
	if err != nil {
		return nil
	}
	var pids []int
	for _, link := range links {
		cwd, err := os.Stat(link)
		if err != nil || !os.SameFile(folder, cwd) {
			continue
		}
		process := filepath.Dir(link)
		exe, err := os.Readlink(filepath.Join(process, "exe"))
		if err != nil || filepath.Base(exe) != "postgres" && filepath.Base(exe) != "postgres (deleted)" {
			continue // a shell may stand there
		}
		if pid, err := strconv.Atoi(filepath.Base(process)); err == nil {
			pids = append(pids, pid)
		}
	}
	return pids
}
