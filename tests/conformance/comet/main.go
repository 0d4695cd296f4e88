// Command comet writes the vectors of spec/vectors/commit: what CometBFT's own Go module says of
// headers, validator sets, commits, results, transactions and parts. Keys are made from fixed
// secrets, so that a second run writes the same bytes. Test keys: never use them.
//
// network.json holds what a network signs over a state whose root is APP_HASH, that of the map of
// tools/bundle_world.py: spec/vectors/bundle has proofs under it.
//
//	go run . DIRECTORY APP_HASH
package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"
	"github.com/cometbft/cometbft/crypto/ed25519"
	cmtjson "github.com/cometbft/cometbft/libs/json"
	cmtversion "github.com/cometbft/cometbft/proto/tendermint/version"
	"github.com/cometbft/cometbft/types"
)

const chainID = "mz-vectors-2026"

var blockTime = time.Date(2026, 11, 23, 8, 0, 0, 123456789, time.UTC)

func sum(text string) []byte {
	digest := sha256.Sum256([]byte(text))
	return digest[:]
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

// encoded is the JSON of CometBFT's RPC, as the bundle format uses it.
func encoded(value any) json.RawMessage {
	raw, err := cmtjson.Marshal(value)
	must(err)
	return raw
}

type commitCase struct {
	Name           string          `json:"name"`
	ChainID        string          `json:"chain_id"`
	Header         json.RawMessage `json:"header"`
	Commit         json.RawMessage `json:"commit"`
	Validators     json.RawMessage `json:"validators"`
	HeaderHash     string          `json:"header_hash"`
	ValidatorsHash string          `json:"validators_hash"`
	CommitHash     string          `json:"commit_hash"`
	SignBytes      []string        `json:"sign_bytes"`
	Accepted       bool            `json:"accepted"`
	Error          string          `json:"error"`
}

type signed struct {
	set    *types.ValidatorSet
	keys   map[string]ed25519.PrivKey
	header types.Header
	commit *types.Commit
}

func blockID(header *types.Header) types.BlockID {
	return types.BlockID{
		Hash:          header.Hash(),
		PartSetHeader: types.PartSetHeader{Total: 1, Hash: sum("parts")},
	}
}

func (s *signed) sign(index int, flag types.BlockIDFlag) {
	validator := s.set.Validators[index]
	stamp := blockTime.Add(time.Duration(index) * 1500 * time.Millisecond)
	place := types.CommitSig{
		BlockIDFlag: flag, ValidatorAddress: validator.Address, Timestamp: stamp,
	}
	s.commit.Signatures[index] = place
	signature, err := s.keys[string(validator.Address)].Sign(
		s.commit.VoteSignBytes(s.header.ChainID, int32(index)),
	)
	must(err)
	s.commit.Signatures[index].Signature = signature
}

func (s *signed) absent(indices ...int) {
	for _, index := range indices {
		s.commit.Signatures[index] = types.NewCommitSigAbsent()
	}
}

func (s *signed) signAll() {
	s.commit = &types.Commit{
		Height: s.header.Height, Round: s.commit.Round, BlockID: blockID(&s.header),
		Signatures: make([]types.CommitSig, s.set.Size()),
	}
	for index := range s.set.Validators {
		s.sign(index, types.BlockIDFlagCommit)
	}
}

func newSigned(powers []int64, round int32) *signed {
	keys := map[string]ed25519.PrivKey{}
	validators := make([]*types.Validator, 0, len(powers))
	for index, power := range powers {
		key := ed25519.GenPrivKeyFromSecret([]byte(fmt.Sprintf("mingzhang test validator %d", index)))
		validator := types.NewValidator(key.PubKey(), power)
		keys[string(validator.Address)] = key
		validators = append(validators, validator)
	}
	set := types.NewValidatorSet(validators)
	header := types.Header{
		Version: cmtversion.Consensus{Block: 11, App: 1}, ChainID: chainID, Height: 123456,
		Time: blockTime, LastBlockID: types.BlockID{
			Hash:          sum("last block"),
			PartSetHeader: types.PartSetHeader{Total: 3, Hash: sum("last parts")},
		},
		LastCommitHash: sum("last commit"), DataHash: sum("data"), ValidatorsHash: set.Hash(),
		NextValidatorsHash: set.Hash(), ConsensusHash: sum("consensus"), AppHash: sum("app"),
		LastResultsHash: sum("results"), EvidenceHash: sum(""),
		ProposerAddress: set.Validators[0].Address,
	}
	result := &signed{set: set, keys: keys, header: header, commit: &types.Commit{Round: round}}
	result.signAll()
	return result
}

func equal(count int) []int64 {
	powers := make([]int64, count)
	for index := range powers {
		powers[index] = 10
	}
	return powers
}

// verdict is what a light client of CometBFT decides: the signed header's own checks, then the
// signatures of the whole commit.
func verdict(s *signed) error {
	must(s.set.ValidateBasic())
	light := types.SignedHeader{Header: &s.header, Commit: s.commit}
	if err := light.ValidateBasic(chainID); err != nil {
		return err
	}
	if !bytes.Equal(s.header.ValidatorsHash, s.set.Hash()) {
		return fmt.Errorf("validators hash differs")
	}
	return s.set.VerifyCommit(chainID, s.commit.BlockID, s.header.Height, s.commit)
}

type plainValidator struct {
	PubKey struct {
		Type  string `json:"type"`
		Value []byte `json:"value"`
	} `json:"pub_key"`
	VotingPower string `json:"voting_power"`
}

func describe(name string, s *signed) commitCase {
	var signBytes []string
	for index, place := range s.commit.Signatures {
		if index >= s.set.Size() || place.BlockIDFlag == types.BlockIDFlagAbsent ||
			place.BlockIDFlag > types.BlockIDFlagNil {
			signBytes = append(signBytes, "")
			continue
		}
		signBytes = append(signBytes, hex.EncodeToString(s.commit.VoteSignBytes(chainID, int32(index))))
	}
	validators := make([]plainValidator, s.set.Size())
	for index, each := range s.set.Validators {
		validators[index].PubKey.Type = "tendermint/PubKeyEd25519"
		validators[index].PubKey.Value = each.PubKey.Bytes()
		validators[index].VotingPower = fmt.Sprint(each.VotingPower)
	}
	raw, err := json.Marshal(validators)
	must(err)
	result := commitCase{
		Name: name, ChainID: chainID, Header: encoded(s.header), Commit: encoded(s.commit),
		Validators: raw, HeaderHash: hex.EncodeToString(s.header.Hash()),
		ValidatorsHash: hex.EncodeToString(s.set.Hash()),
		CommitHash:     hex.EncodeToString(s.commit.Hash()), SignBytes: signBytes, Accepted: true,
	}
	if err := verdict(s); err != nil {
		result.Accepted, result.Error = false, err.Error()
	}
	return result
}

func commitCases() []commitCase {
	var out []commitCase
	add := func(name string, s *signed, change func(*signed)) {
		if change != nil {
			change(s)
		}
		out = append(out, describe(name, s))
	}
	four := func() *signed { return newSigned(equal(4), 0) }
	add("solo: one validator", newSigned([]int64{1}, 0), nil)
	add("four validators", four(), nil)
	add("twenty validators of different power, round 2",
		newSigned([]int64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20}, 2), nil)
	add("three of four", four(), func(s *signed) { s.absent(3) })
	add("three of four and a vote for no block", four(),
		func(s *signed) { s.sign(3, types.BlockIDFlagNil) })
	add("two of three equal: exactly two thirds", newSigned(equal(3), 0),
		func(s *signed) { s.absent(2) })
	add("67 of 100", newSigned([]int64{67, 33}, 0), func(s *signed) { s.absent(1) })
	add("66 of 99: exactly two thirds", newSigned([]int64{66, 33}, 0),
		func(s *signed) { s.absent(1) })
	add("two of four", four(), func(s *signed) { s.absent(2, 3) })
	add("votes for no block do not count", four(), func(s *signed) {
		s.sign(2, types.BlockIDFlagNil)
		s.sign(3, types.BlockIDFlagNil)
	})
	add("first block", four(), func(s *signed) {
		s.header.Height, s.header.LastBlockID = 1, types.BlockID{}
		s.header.LastCommitHash, s.header.LastResultsHash = sum(""), sum("")
		s.header.AppHash = []byte{}
		s.signAll()
	})
	add("whole second", four(), func(s *signed) {
		s.header.Time = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
		s.signAll()
	})
	add("before 1970, with a fraction", four(), func(s *signed) {
		s.header.Time = time.Date(1960, 2, 29, 1, 2, 3, 500_000_001, time.UTC)
		s.signAll()
	})
	add("great numbers", newSigned([]int64{1 << 57, 1 << 40, 3}, 2_000_000_000), func(s *signed) {
		s.header.Height, s.header.Version.App = 1<<62, 1<<60
		s.signAll()
	})
	add("signatures swapped", four(), func(s *signed) {
		a, b := &s.commit.Signatures[0], &s.commit.Signatures[1]
		a.Signature, b.Signature = b.Signature, a.Signature
	})
	add("one signature twice", four(), func(s *signed) {
		s.commit.Signatures[1] = s.commit.Signatures[0]
	})
	add("one place too many", four(), func(s *signed) {
		s.commit.Signatures = append(s.commit.Signatures, s.commit.Signatures[0])
	})
	add("one place too few", four(), func(s *signed) {
		s.commit.Signatures = s.commit.Signatures[:3]
	})
	add("one bad signature among four", four(), func(s *signed) {
		s.commit.Signatures[3].Signature[7] ^= 1
	})
	add("a bad vote for no block among three good", four(), func(s *signed) {
		s.sign(3, types.BlockIDFlagNil)
		s.commit.Signatures[3].Signature[7] ^= 1
	})
	add("signature cut", four(), func(s *signed) {
		s.commit.Signatures[0].Signature = s.commit.Signatures[0].Signature[:63]
	})
	add("timestamp of a vote changed", four(), func(s *signed) {
		s.commit.Signatures[0].Timestamp = blockTime.Add(time.Nanosecond)
		s.commit.Signatures[0].Timestamp = s.commit.Signatures[0].Timestamp.Add(time.Second)
	})
	add("absent place with a signature", four(), func(s *signed) {
		s.commit.Signatures[3].BlockIDFlag = types.BlockIDFlagAbsent
	})
	add("unknown flag", four(), func(s *signed) { s.commit.Signatures[3].BlockIDFlag = 9 })
	add("other header", four(), func(s *signed) { s.header.AppHash = sum("forged") })
	add("other height", four(), func(s *signed) { s.commit.Height++ })
	add("other round", four(), func(s *signed) { s.commit.Round++ })
	add("negative round", four(), func(s *signed) { s.commit.Round = -1 })
	add("other parts", four(), func(s *signed) { s.commit.BlockID.PartSetHeader.Hash = sum("x") })
	add("other set", four(), func(s *signed) { s.set = newSigned(equal(5), 0).set })
	return out
}

// networkCase is a commit, and the set that a verifier pins.
type networkCase struct {
	commitCase
	Pinned json.RawMessage `json:"pinned"`
}

// networkCases are commits of institutions of unequal power, over a header with this app hash.
func networkCases(appHash []byte) []networkCase {
	var out []networkCase
	add := func(name string, powers []int64, change func(*signed)) {
		s := newSigned(powers, 3)
		s.header.AppHash = appHash
		s.signAll()
		pinned := describe(name, s).Validators
		if change != nil {
			change(s)
		}
		out = append(out, networkCase{describe(name, s), pinned})
	}
	seven := []int64{40, 30, 20, 10, 5, 3, 2}
	twenty := []int64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20}
	add("seven in round 3", seven, nil)
	add("twenty", twenty, nil)
	add("one absent and one for no block", seven, func(s *signed) {
		s.absent(2)
		s.sign(3, types.BlockIDFlagNil)
	})
	add("73 of 110", seven, func(s *signed) { s.absent(2, 3, 4, 6) })
	add("extra signature", seven, func(s *signed) {
		s.commit.Signatures = append(s.commit.Signatures, s.commit.Signatures[0])
	})
	add("time set back", seven, func(s *signed) { s.header.Time = blockTime.Add(-time.Hour) })
	add("commit of an older block", seven, func(s *signed) {
		later := s.header
		s.header.Height--
		s.signAll()
		s.header = later
	})
	add("votes of another round", seven, func(s *signed) { s.commit.Round-- })
	add("votes for another chain", seven, func(s *signed) {
		own := s.header
		s.header.ChainID = "mz-other"
		s.signAll()
		s.commit.BlockID, s.header = blockID(&own), own
	})
	add("bad vote for no block", seven, func(s *signed) {
		s.sign(6, types.BlockIDFlagNil)
		s.commit.Signatures[6].Signature[7] ^= 1
	})
	add("another set", seven, func(s *signed) {
		other := newSigned(twenty, 3)
		other.header.AppHash = appHash
		other.signAll()
		*s = *other
	})
	return out
}

type result struct {
	Code      uint32 `json:"code"`
	Data      string `json:"data"`
	GasWanted string `json:"gas_wanted"`
	GasUsed   string `json:"gas_used"`
	Leaf      string `json:"leaf"`
}

func results(count int) map[string]any {
	list := []*abci.ExecTxResult{}
	for index := 0; index < count; index++ {
		data := sum(fmt.Sprintf("receipt %d", index))
		one := &abci.ExecTxResult{
			Code: uint32(index % 3 * 40_000), Data: data, Log: "not covered", GasWanted: int64(index) - 1,
			GasUsed: int64(index) << 40,
		}
		if index == 1 {
			one = &abci.ExecTxResult{}
		}
		list = append(list, one)
	}
	stripped := types.NewResults(list)
	out := []result{}
	for _, each := range stripped {
		leaf, err := each.Marshal()
		must(err)
		out = append(out, result{
			each.Code, hex.EncodeToString(each.Data), fmt.Sprint(each.GasWanted),
			fmt.Sprint(each.GasUsed), hex.EncodeToString(leaf),
		})
	}
	return map[string]any{"results": out, "hash": hex.EncodeToString(stripped.Hash())}
}

func transactions(count int) map[string]any {
	txs, out := types.Txs{}, []string{}
	for index := 0; index < count; index++ {
		tx := []byte(fmt.Sprintf("command %d", index))
		txs, out = append(txs, tx), append(out, hex.EncodeToString(tx))
	}
	return map[string]any{"transactions": out, "hash": hex.EncodeToString(txs.Hash())}
}

func parts(size int) map[string]any {
	header := types.NewPartSetFromData(bytes.Repeat([]byte{7}, size), types.BlockPartSizeBytes).Header()
	return map[string]any{
		"bytes_of_7": size, "total": header.Total, "hash": hex.EncodeToString(header.Hash),
	}
}

func write(directory, name string, value any) {
	raw, err := json.MarshalIndent(value, "", " ")
	must(err)
	must(os.WriteFile(filepath.Join(directory, name), append(raw, '\n'), 0o644))
}

func main() {
	directory := os.Args[1]
	write(directory, "commits.json", map[string]any{"cases": commitCases()})
	appHash, err := hex.DecodeString(os.Args[2])
	must(err)
	write(directory, "network.json", map[string]any{"cases": networkCases(appHash)})
	encodings := map[string]any{
		"no_evidence_hash": hex.EncodeToString(types.EvidenceList{}.Hash()),
	}
	var resultSets, transactionSets, partSets []map[string]any
	for _, count := range []int{0, 1, 2, 3, 7} {
		resultSets = append(resultSets, results(count))
		transactionSets = append(transactionSets, transactions(count))
	}
	for _, size := range []int{1, 65_535, 65_536, 65_537, 200_000} {
		partSets = append(partSets, parts(size))
	}
	encodings["results"], encodings["transactions"], encodings["parts"] =
		resultSets, transactionSets, partSets
	write(directory, "encodings.json", encodings)
}
