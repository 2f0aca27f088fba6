package fleet

import "crypto/sha256"

// WriteInfo describes the request that makes a write.
type WriteInfo struct {
	Request string // id of the request; "" from the command line
	// Once, if not nil, makes a repeated write happen once.
	Once *Once
}

// Writing is the former name of WriteInfo.
type Writing = WriteInfo

// Once is a client's key for a write. For IdempotencyTTL the same key and
// input get the first answer again; the same key for another input is a CONFLICT.
type Once struct {
	Key   string
	Input [sha256.Size]byte // of the operation and all it was given
}

// MaxIdempotencyKey is the length of a key, in characters.
const MaxIdempotencyKey = 200

// CheckKey returns a BAD_INPUT without field unless the key is one.
func (o *Once) CheckKey() error { return checkRequired(o.Key, MaxIdempotencyKey) }
