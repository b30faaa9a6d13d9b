// Package cmpp speaks CMPP 2.0 (中国移动通信互联网短信网关接口协议 V2.0) as an SP: connect, submit, status reports, active test. It is
// made from the published document and has never been tried on a live gateway. There is no kept Go library for it.
package cmpp

import (
	"bytes"
	"crypto/md5" //nolint:gosec // the protocol's own
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"
	"unicode/utf16"

	"linli/internal/platform/clock"
)

// Commands of the protocol; an answer has the top bit.
const (
	connect    uint32 = 1
	terminate  uint32 = 2
	submit     uint32 = 4
	deliver    uint32 = 5
	activeTest uint32 = 8
	answer     uint32 = 0x80000000
)

const (
	version    = 0x20
	headerSize = 12
	// longest bounds a packet: the longest that a gateway sends is a deliver of 227 bytes.
	longest = 4096
)

var errPacket = errors.New("cmpp: not a packet of this protocol")

// packet is one message of the protocol.
type packet struct {
	command, seq uint32
	body         []byte
}

func (p packet) bytes() []byte {
	out := make([]byte, headerSize, headerSize+len(p.body))
	binary.BigEndian.PutUint32(out, uint32(headerSize+len(p.body)))
	binary.BigEndian.PutUint32(out[4:], p.command)
	binary.BigEndian.PutUint32(out[8:], p.seq)
	return append(out, p.body...)
}

// read takes one packet.
func read(r io.Reader) (packet, error) {
	var head [headerSize]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return packet{}, err
	}
	size := binary.BigEndian.Uint32(head[:])
	if size < headerSize || size > longest {
		return packet{}, errPacket
	}
	p := packet{command: binary.BigEndian.Uint32(head[4:]), seq: binary.BigEndian.Uint32(head[8:]), body: make([]byte, size-headerSize)}
	_, err := io.ReadFull(r, p.body)
	return p, err
}

// octets is text in a field of fixed width, filled up with zeros.
func octets(text string, width int) []byte {
	out := make([]byte, width)
	copy(out, text)
	return out
}

// text is what stands in a field of fixed width.
func text(field []byte) string {
	before, _, _ := bytes.Cut(field, []byte{0})
	return string(bytes.TrimRight(before, " "))
}

// stamp is a time as the protocol signs it, MMDDHHMMSS.
func stamp(at time.Time) string { return at.In(clock.Shanghai).Format("0102150405") }

// digest is AuthenticatorSource: MD5(Source_Addr + 9 zeros + shared secret + timestamp).
func digest(source, secret, at string) []byte {
	sum := md5.Sum([]byte(source + "\x00\x00\x00\x00\x00\x00\x00\x00\x00" + secret + at)) //nolint:gosec // the protocol's own
	return sum[:]
}

// connectBody asks for a connection.
func connectBody(c Config, at time.Time) []byte {
	signed := stamp(at)
	n, _ := strconv.ParseUint(signed, 10, 32) // ten digits up to 1231235959
	out := append(octets(c.Source, 6), digest(c.Source, c.Secret, signed)...)
	return binary.BigEndian.AppendUint32(append(out, version), uint32(n))
}

// connected judges the answer to connect: its status, and that who answers knows the secret too.
func connected(c Config, asked, body []byte) error {
	if len(body) < 18 {
		return errPacket
	}
	if body[0] != 0 {
		return &refusal{connectWords, body[0]}
	}
	sum := md5.Sum(append(append([]byte{body[0]}, asked[6:22]...), c.Secret...)) //nolint:gosec // the protocol's own
	if !bytes.Equal(sum[:], body[1:17]) {
		return &refusal{connectWords, 3}
	}
	return nil
}

// refusal is a status or result other than 0.
type refusal struct {
	words map[byte]string
	code  byte
}

func (r *refusal) Error() string {
	w := r.words[r.code]
	if w == "" {
		w = "其他错误"
	}
	return fmt.Sprintf("%s（%d）", w, r.code)
}

var (
	connectWords = map[byte]string{1: "连接消息结构错", 2: "企业代码不对", 3: "共享密钥不对", 4: "协议版本不对"}
	submitWords  = map[byte]string{1: "消息结构错", 2: "命令字错", 3: "消息序号重复", 4: "消息长度错", 5: "资费代码错", 6: "超过最大信息长",
		7: "业务代码错", 8: "流量控制"}
)

// busy is the result of flow control: the same is told again later.
const busy = 8

// part is one short message of a text.
type part struct {
	total, number byte
	content       []byte
}

const (
	most      = 10      // parts of one text
	oneUnits  = 70      // UTF-16 units of a text in one message
	partUnits = 67      // of one in several, beside the header that joins them
	ucs2      = byte(8) // Msg_Fmt
	joined    = byte(1) // TP_udhi: the content begins with that header
	destWidth = 21
)

// partsOf cuts a text, never within a character; nil where it is too long. ref is the same for all parts of one text.
func partsOf(words string, ref byte) (out []part) {
	units := utf16.Encode([]rune(words))
	if len(units) <= oneUnits {
		return []part{{1, 1, wide(units)}}
	}
	var cuts [][]uint16
	for len(units) > 0 {
		n := min(partUnits, len(units))
		if n < len(units) && utf16.IsSurrogate(rune(units[n-1])) && units[n-1] < 0xdc00 {
			n--
		}
		cuts, units = append(cuts, units[:n]), units[n:]
	}
	if len(cuts) > most {
		return nil
	}
	for i, c := range cuts {
		head := []byte{5, 0, 3, ref, byte(len(cuts)), byte(i + 1)}
		out = append(out, part{byte(len(cuts)), byte(i + 1), append(head, wide(c)...)})
	}
	return out
}

func wide(units []uint16) []byte {
	out := make([]byte, 0, 2*len(units))
	for _, u := range units {
		out = binary.BigEndian.AppendUint16(out, u)
	}
	return out
}

// submitBody hands over one part for one telephone; a status report is asked for.
func submitBody(c Config, phone string, p part) []byte {
	udhi := byte(0)
	if p.total > 1 {
		udhi = joined
	}
	out := make([]byte, 8, 200) // Msg_Id is the gateway's
	out = append(out, p.total, p.number, 1, 0)
	out = append(out, octets(c.Service, 10)...)
	out = append(out, 2) // Fee_UserType: the SP pays
	out = append(out, octets("", 21)...)
	out = append(out, 0, udhi, ucs2)
	out = append(out, octets(c.Source, 6)...)
	out = append(out, "01"...) // FeeType: free for who gets it
	out = append(out, octets("0", 6)...)
	out = append(out, octets("", 17+17)...) // ValId_Time, At_Time
	out = append(out, octets(c.Number, 21)...)
	out = append(out, 1)
	out = append(out, octets(phone, destWidth)...)
	out = append(out, byte(len(p.content)))
	out = append(out, p.content...)
	return append(out, octets("", 8)...)
}

// submitted reads the answer to submit.
func submitted(body []byte) (id uint64, err error) {
	if len(body) < 9 {
		return 0, errPacket
	}
	if body[8] != 0 {
		return 0, &refusal{submitWords, body[8]}
	}
	return binary.BigEndian.Uint64(body), nil
}

// Report is what a gateway tells later of a message.
type Report struct {
	ID   uint64
	Stat string // DELIVRD, or why not
}

// delivered reads a deliver: its number, for the answer, and the report in it; ok is false for anything else, as what somebody wrote back.
func delivered(body []byte) (id uint64, r Report, ok bool, err error) {
	const before = 8 + 21 + 10 + 3 + 21
	if len(body) < before+2 {
		return 0, r, false, errPacket
	}
	id = binary.BigEndian.Uint64(body)
	size := int(body[before+1])
	if len(body) < before+2+size {
		return id, r, false, errPacket
	}
	content := body[before+2 : before+2+size]
	if body[before] != 1 || len(content) < 15 {
		return id, r, false, nil
	}
	return id, Report{binary.BigEndian.Uint64(content), text(content[8:15])}, true, nil
}
