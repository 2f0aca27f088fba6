package main

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"bitcorp.dev/fleet/internal/fleet"
)

// peersFolder has the programs of the servers of others; `make bench-peers` installs their packages.
const peersFolder = "bench/peers"

// peers are servers of others that answer the same queries.
var peers = []struct{ name, file, documents string }{
	{"PostGraphile 5", "postgraphile.mjs", "postgraphile/"},
	{"Apollo Server, DataLoader", "apollo.mjs", ""},
	{"Mercurius, JIT", "mercurius.mjs", ""},
}

//go:embed peers/peers.sql
var peersSQL string

// preparePeers makes the views that PostGraphile reads.
func preparePeers(ctx context.Context, url string, company fleet.UUID) error {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	_, err = conn.Exec(ctx, strings.ReplaceAll(peersSQL, "{company}", company.String()))
	return err
}

// plain returns the UUID of a global id; other texts stay.
func plain(text string) string {
	if _, id, err := fleet.ParseGlobalID(text); err == nil {
		return id.String()
	}
	return text
}

// answersAs reports whether the contender's answer says what the fleet's says: servers of others may write ids and
// times in their own way and have lists where the fleet has one object; all others answer with the same bytes.
func (c *contender) answersAs(fleets, got []byte) bool {
	if !c.peer {
		return bytes.Equal(got, fleets) && bytes.HasPrefix(got, []byte(`{"data":`))
	}
	var a, b any
	if json.Unmarshal(fleets, &a) != nil || json.Unmarshal(got, &b) != nil {
		return false
	}
	return reflect.DeepEqual(alike(a), alike(b))
}

// alike writes an answer as all servers could have: ids as UUIDs, times in UTC, the only latest record instead of a
// list of it, statuses counted in fields.
func alike(v any) any {
	switch v := v.(type) {
	case []any:
		for i := range v {
			v[i] = alike(v[i])
		}
	case map[string]any:
		if list, ok := v["latestMaintenance"].(map[string]any); ok && list["nodes"] != nil {
			v["latestMaintenance"] = nil
			if nodes, _ := list["nodes"].([]any); len(nodes) > 0 {
				v["latestMaintenance"] = nodes[0]
			}
		}
		if counts, ok := v["statusCounts"].([]any); ok {
			delete(v, "statusCounts")
			for _, c := range counts {
				c := c.(map[string]any)
				v[strings.ToLower(c["status"].(string))+"Equipment"] = c["count"]
			}
		}
		for name, value := range v {
			v[name] = alike(value)
		}
	case string:
		if t, err := time.Parse(time.RFC3339Nano, v); err == nil {
			return t.UTC().Format(time.RFC3339Nano)
		}
		return plain(v)
	}
	return v
}

// usageOfTree is the use of a process and its children, as /proc tells it. CPU is in hundredths of a second.
func usageOfTree(pid int) (u usage, err error) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return u, err
	}
	// The fields after the name, which is in parentheses: see proc_pid_stat(5).
	fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
	var ticks [2]int
	for i, field := range []int{11, 12} { // utime, stime
		if ticks[i], err = strconv.Atoi(fields[field]); err != nil {
			return u, err
		}
	}
	pages, err := strconv.Atoi(fields[21]) // rss
	if err != nil {
		return u, err
	}
	u = usage{cpu: time.Duration(ticks[0]+ticks[1]) * 10 * time.Millisecond, memory: float64(pages * os.Getpagesize())}
	lists, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	if err != nil {
		return u, err
	}
	for _, list := range lists {
		children, err := os.ReadFile(list)
		if err != nil {
			return u, err
		}
		for child := range strings.FieldsSeq(string(children)) {
			id, err := strconv.Atoi(child)
			if err != nil {
				return u, err
			}
			of, err := usageOfTree(id)
			if err != nil {
				return u, err
			}
			u.cpu, u.memory = u.cpu+of.cpu, u.memory+of.memory
		}
	}
	return u, nil
}
