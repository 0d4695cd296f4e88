package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/bits"
	"os"
	"path/filepath"

	"golang.org/x/mod/sumdb/tlog"
)

const entries = 13

// head is a history as the ledger keeps it: its size, root, and the roots of its perfect subtrees.
type head struct {
	Size  int64    `json:"size"`
	Root  string   `json:"root"`
	Peaks []string `json:"peaks,omitempty"`
}

// claim is that an entry stands in a list, or that one list is a beginning of another.
type claim struct {
	Name  string   `json:"name"`
	Entry string   `json:"entry,omitempty"`
	Index *int64   `json:"index,omitempty"`
	Older *head    `json:"older,omitempty"`
	Newer head     `json:"newer"`
	Path  []string `json:"path"`
	Holds bool     `json:"holds"`
}

func spelt(hashes []tlog.Hash) []string {
	out := []string{}
	for _, each := range hashes {
		out = append(out, hex.EncodeToString(each[:]))
	}
	return out
}

func unspelt(texts []string) []tlog.Hash {
	out := []tlog.Hash{}
	for _, each := range texts {
		raw, err := hex.DecodeString(each)
		must(err)
		out = append(out, tlog.Hash(raw))
	}
	return out
}

func rootOf(h head) tlog.Hash { return unspelt([]string{h.Root})[0] }

// judge says what the library says.
func judge(c claim) bool {
	path := unspelt(c.Path)
	if c.Older != nil {
		return tlog.CheckTree(path, c.Newer.Size, rootOf(c.Newer), c.Older.Size, rootOf(*c.Older)) == nil
	}
	raw, err := hex.DecodeString(c.Entry)
	must(err)
	return tlog.CheckRecord(path, c.Newer.Size, rootOf(c.Newer), *c.Index, tlog.RecordHash(raw)) == nil
}

// forged are claims made of one that holds, each with something that is not as it must be.
func forged(c claim) []claim {
	out := []claim{}
	add := func(what string, change func(*claim)) {
		other := c
		other.Path = append([]string{}, c.Path...)
		change(&other)
		other.Name, other.Holds = c.Name+", "+what, judge(other)
		out = append(out, other)
	}
	zero := spelt([]tlog.Hash{{}})[0]
	add("path longer", func(o *claim) { o.Path = append(o.Path, zero) })
	add("another root", func(o *claim) { o.Newer.Root = zero })
	if len(c.Path) > 0 {
		add("path cut", func(o *claim) { o.Path = o.Path[:len(o.Path)-1] })
		add("path empty", func(o *claim) { o.Path = []string{} })
		add("path altered", func(o *claim) { o.Path[0] = zero })
		add("path turned round", func(o *claim) {
			for i, j := 0, len(o.Path)-1; i < j; i, j = i+1, j-1 {
				o.Path[i], o.Path[j] = o.Path[j], o.Path[i]
			}
		})
	}
	if c.Older != nil {
		add("another older root", func(o *claim) { o.Older = &head{c.Older.Size, zero, nil} })
		add("older of another size", func(o *claim) { o.Older = &head{c.Older.Size + 1, c.Older.Root, nil} })
	} else {
		add("another entry", func(o *claim) { o.Entry = zero })
		add("another place", func(o *claim) { at := *c.Index ^ 1; o.Index = &at })
		add("place outside", func(o *claim) { o.Index = &c.Newer.Size })
	}
	return out
}

func writeHistory(folder string) {
	stored := []tlog.Hash{}
	reader := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		out := []tlog.Hash{}
		for _, each := range indexes {
			out = append(out, stored[each])
		}
		return out, nil
	})
	empty := sha256.Sum256(nil)
	headers, heads := []string{}, []head{{0, hex.EncodeToString(empty[:]), []string{}}}
	for n := int64(0); n < entries; n++ {
		header := sha256.Sum256([]byte(fmt.Sprintf("mingzhang test header %d", n)))
		headers = append(headers, hex.EncodeToString(header[:]))
		more, err := tlog.StoredHashes(n, header[:], reader)
		must(err)
		stored = append(stored, more...)
		root, err := tlog.TreeHash(n+1, reader)
		must(err)
		peaks, size, done := []tlog.Hash{}, n+1, int64(0)
		for level := bits.Len64(uint64(size)) - 1; level >= 0; level-- {
			if size>>level&1 == 1 {
				peaks = append(peaks, stored[tlog.StoredHashIndex(level, done>>level)])
				done += 1 << level
			}
		}
		heads = append(heads, head{n + 1, spelt([]tlog.Hash{root})[0], spelt(peaks)})
	}
	bare := func(size int64) head { return head{size, heads[size].Root, nil} }
	inclusion, consistency := []claim{}, []claim{}
	for _, size := range []int64{1, 2, 3, 7, 8, 13} {
		for index := int64(0); index < size; index++ {
			path, err := tlog.ProveRecord(size, index, reader)
			must(err)
			name := fmt.Sprintf("entry %d of %d", index, size)
			at := index
			c := claim{name, headers[index], &at, nil, bare(size), spelt(path), true}
			inclusion = append(inclusion, c)
			if index == size/2 {
				inclusion = append(inclusion, forged(c)...)
			}
		}
	}
	for newer := int64(1); newer <= entries; newer++ {
		for older := int64(1); older <= newer; older++ {
			path, err := tlog.ProveTree(newer, older, reader)
			must(err)
			before, name := bare(older), fmt.Sprintf("%d begins with %d", newer, older)
			c := claim{name, "", nil, &before, bare(newer), spelt(path), true}
			consistency = append(consistency, c)
			if newer == entries && older < newer {
				consistency = append(consistency, forged(c)...)
			}
		}
	}
	for _, each := range append(inclusion, consistency...) {
		if each.Holds != judge(each) {
			panic(each.Name)
		}
	}
	raw, err := json.MarshalIndent(map[string]any{
		"entries": headers, "heads": heads, "inclusion": inclusion, "consistency": consistency,
	}, "", " ")
	must(err)
	must(os.WriteFile(filepath.Join(folder, "history.json"), append(raw, '\n'), 0o644))
}
