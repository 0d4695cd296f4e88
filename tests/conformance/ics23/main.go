// Reads claims about a map, one JSON object a line, and judges each with cosmos/ics23:
// {"root", "key", "value" (null: absent), "proof"}, all in hex → "true" or "false" a line.
package main

import (
	"bufio"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"

	ics23 "github.com/cosmos/ics23/go"
)

type claim struct {
	Root  string  `json:"root"`
	Key   string  `json:"key"`
	Value *string `json:"value"`
	Proof string  `json:"proof"`
}

// The map's specification, as design section 5 and spec/map.md state it.
var spec = &ics23.ProofSpec{
	LeafSpec: &ics23.LeafOp{
		Hash:         ics23.HashOp_SHA256,
		PrehashKey:   ics23.HashOp_SHA256,
		PrehashValue: ics23.HashOp_SHA256,
		Length:       ics23.LengthOp_NO_PREFIX,
		Prefix:       []byte("JMT::LeafNode"),
	},
	InnerSpec: &ics23.InnerSpec{
		ChildOrder:      []int32{0, 1},
		ChildSize:       32,
		MinPrefixLength: 16,
		MaxPrefixLength: 16,
		EmptyChild:      []byte("SPARSE_MERKLE_PLACEHOLDER_HASH__"),
		Hash:            ics23.HashOp_SHA256,
	},
	MinDepth:                   0,
	MaxDepth:                   256,
	PrehashKeyBeforeComparison: true,
}

func bytesOf(text string) []byte {
	raw, err := hex.DecodeString(text)
	if err != nil {
		panic(err)
	}
	return raw
}

func holds(c claim) bool {
	var proof ics23.CommitmentProof
	if err := proof.Unmarshal(bytesOf(c.Proof)); err != nil {
		return false
	}
	if c.Value == nil {
		return ics23.VerifyNonMembership(spec, bytesOf(c.Root), &proof, bytesOf(c.Key))
	}
	return ics23.VerifyMembership(spec, bytesOf(c.Root), &proof, bytesOf(c.Key), bytesOf(*c.Value))
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(make([]byte, 1<<20), 1<<20)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	for lines.Scan() {
		var c claim
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			panic(err)
		}
		fmt.Fprintln(out, holds(c))
	}
	if err := lines.Err(); err != nil {
		panic(err)
	}
}
