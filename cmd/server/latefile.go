package main

import (
	"os"
	"path/filepath"
)

// lateFile is a file that is made by the first write to it. It is written under another name and renamed when
// it is whole, so that a link of its name, which every account with access to the folder can make, is replaced
// and not followed. Its rows are the company's: only its owner may read it.
type lateFile struct {
	name string
	file *os.File
	temp string // its name until close; "" for what is no regular file, such as /dev/stdout
}

func (l *lateFile) Write(b []byte) (int, error) {
	if l.file == nil {
		if err := l.open(); err != nil {
			return 0, err
		}
	}
	return l.file.Write(b)
}

func (l *lateFile) open() (err error) {
	if info, err := os.Stat(l.name); err == nil && !info.Mode().IsRegular() {
		l.file, err = os.OpenFile(l.name, os.O_WRONLY, 0)
		return err
	}
	if l.file, err = os.CreateTemp(filepath.Dir(l.name), ".rejects-*.csv"); err == nil {
		l.temp = l.file.Name()
	}
	return err
}

func (l *lateFile) close() error {
	if l.file == nil {
		return nil
	}
	err := l.file.Close()
	if l.temp == "" {
		return err
	}
	if err == nil {
		err = os.Rename(l.temp, l.name)
	}
	if err != nil {
		_ = os.Remove(l.temp)
	}
	return err
}
