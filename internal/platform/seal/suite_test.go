package seal

import (
	"encoding/hex"
	"testing"
)

// TestNationalAlgorithms holds the suite against published vectors: SM4-GCM of RFC 8998 A.1, SM3 of GB/T 32905 A.1.
func TestNationalAlgorithms(t *testing.T) {
	s, err := suiteNamed(SM)
	if err != nil {
		t.Fatal(err)
	}
	aead, err := s.aead(unhex("0123456789abcdeffedcba9876543210"))
	if err != nil {
		t.Fatal(err)
	}
	got := aead.Seal(nil, unhex("00001234567800000000abcd"),
		unhex("aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbccccccccccccccccddddddddddddddddeeeeeeeeeeeeeeeeffffffffffffffffeeeeeeeeeeeeeeeeaaaaaaaaaaaaaaaa"),
		unhex("feedfacedeadbeeffeedfacedeadbeefabaddad2"))
	want := "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735" +
		"d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d" +
		"83de3541e4c2b58177e065a9bf7b62ec"
	if hex.EncodeToString(got) != want {
		t.Errorf("SM4-GCM: %x", got)
	}
	h := s.hash()
	h.Write([]byte("abc"))
	if sum := hex.EncodeToString(h.Sum(nil)); sum != "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0" {
		t.Errorf("SM3: %s", sum)
	}
}

func unhex(s string) []byte {
	b, err := hex.DecodeString(s)
	if err != nil {
		panic(err)
	}
	return b
}
