// Command note writes the vectors of spec/vectors/note and spec/vectors/history: checkpoints as the
// Go libraries of the transparency community sign and read them (golang.org/x/mod/sumdb/note for
// type 0x01, transparency-dev/formats for cosignature/v1), and lists as golang.org/x/mod/sumdb/tlog
// builds and judges them. Test keys: never use them.
//
//	go run . NOTE_DIRECTORY HISTORY_DIRECTORY
package main

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	formats "github.com/transparency-dev/formats/note"
	"golang.org/x/mod/sumdb/note"
)

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func key(secret string) ed25519.PrivateKey {
	seed := sha256.Sum256([]byte("mingzhang test note key " + secret))
	return ed25519.NewKeyFromSeed(seed[:])
}

func keyID(name string, kind byte, public ed25519.PublicKey) []byte {
	digest := sha256.Sum256(append([]byte(name+"\n"+string(rune(kind))), public...))
	return digest[:4]
}

// vkey is the text form of a verifier key; skey that of a signer of golang.org/x/mod.
func vkey(name string, kind byte, public ed25519.PublicKey) string {
	material := base64.StdEncoding.EncodeToString(append([]byte{kind}, public...))
	return fmt.Sprintf("%s+%x+%s", name, keyID(name, kind, public), material)
}

func skey(name string, private ed25519.PrivateKey) string {
	id := keyID(name, 1, private.Public().(ed25519.PublicKey))
	material := base64.StdEncoding.EncodeToString(append([]byte{1}, private.Seed()...))
	return fmt.Sprintf("PRIVATE+KEY+%s+%x+%s", name, id, material)
}

// cosigner signs at a fixed time, so that a second run writes the same bytes.
type cosigner struct {
	name    string
	private ed25519.PrivateKey
	seconds uint64
}

func (c cosigner) Name() string { return c.name }
func (c cosigner) KeyHash() uint32 {
	return binary.BigEndian.Uint32(keyID(c.name, 4, c.private.Public().(ed25519.PublicKey)))
}
func (c cosigner) Sign(text []byte) ([]byte, error) {
	message := fmt.Sprintf("cosignature/v1\ntime %d\n%s", c.seconds, text)
	stamp := binary.BigEndian.AppendUint64(nil, c.seconds)
	return append(stamp, ed25519.Sign(c.private, []byte(message))...), nil
}

type vector struct {
	Name     string   `json:"name"`
	Text     string   `json:"text"`
	Keys     []string `json:"keys"`
	Note     string   `json:"note"`
	SignedBy []string `json:"signed_by"`
}

func main() {
	root := sha256.Sum256([]byte("root"))
	text := "mz-vectors-2026\n42\n" + base64.StdEncoding.EncodeToString(root[:]) + "\n"
	origin, witness := key("origin"), key("witness")
	originKey := vkey("mz-vectors-2026", 1, origin.Public().(ed25519.PublicKey))
	witnessKey := vkey("audit.example/witness", 4, witness.Public().(ed25519.PublicKey))
	signer, err := note.NewSigner(skey("mz-vectors-2026", origin))
	must(err)
	cosign := cosigner{"audit.example/witness", witness, 1_795_420_800}

	verifiers := []note.Verifier{}
	plain, err := note.NewVerifier(originKey)
	must(err)
	stamped, err := formats.NewVerifierForCosignatureV1(witnessKey)
	must(err)
	verifiers = append(verifiers, plain, stamped)

	var out []vector
	add := func(name string, keys []string, signers ...note.Signer) {
		signed, err := note.Sign(&note.Note{Text: text}, signers...)
		must(err)
		opened, err := note.Open(signed, note.VerifierList(verifiers...))
		must(err)
		by := []string{}
		for _, each := range opened.Sigs {
			by = append(by, each.Name)
		}
		out = append(out, vector{name, text, keys, string(signed), by})
	}
	both := []string{originKey, witnessKey}
	add("signed by the origin", both, signer)
	add("countersigned", both, signer, cosign)
	raw, err := json.MarshalIndent(map[string]any{"cases": out}, "", " ")
	must(err)
	must(os.WriteFile(filepath.Join(os.Args[1], "notes.json"), append(raw, '\n'), 0o644))
	writeHistory(os.Args[2])
}
