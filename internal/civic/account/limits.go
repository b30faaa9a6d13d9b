package account

import (
	"strconv"
	"time"
)

// What holds sign-in together, in machine time. Nothing else in the area names a number of its own.
const (
	Failures        = 5                // failed attempts in a row, then the account rests
	LockFor         = 15 * time.Minute // how long it rests; also after how long failures are forgotten
	HashesAtOnce    = 2                // argon2id runs side by side: each holds 19 MiB for about 40 ms
	HashWait        = 3 * time.Second  // how long a sign-in waits for its turn before it is told to come back
	CodeLife        = 5 * time.Minute  // of a code by SMS
	CodeTries       = 5
	CodeGap         = time.Minute // between two codes to one telephone
	CodesPerHour    = 5
	CodesPerDay     = 10
	StepLife        = 10 * time.Minute    // between the password and the second step
	InitialPassword = 7 * 24 * time.Hour  // then an initial password is worthless
	StaffIdle       = 2 * time.Hour       // without a request
	StaffSession    = 12 * time.Hour      // from sign-in, in any case
	OwnIdle         = 30 * 24 * time.Hour // residents and volunteers, on their own phones
	OwnSession      = 90 * 24 * time.Hour
	Touch           = 5 * time.Minute      // how exactly the last use of a session is kept
	DeviceLife      = 400 * 24 * time.Hour // how long a browser stays known
	CardCodes       = 10
	SignInsPerMin   = 300 // requests from one address; a whole office may share one
	CodesPerTenMin  = 60  // the same, for codes by SMS and registrations
	PasswordMin     = 10  // characters, or
	PasswordMixed   = 8   // of at least three classes
	PasswordMax     = 128
)

// Limit is one line of the table of limits.
type Limit struct{ Name, Value, What string }

// Limits is the table that `linli limits` prints.
var Limits = []Limit{
	{"sign_in.failures", strconv.Itoa(Failures), "连续输错几次后暂停登录"},
	{"sign_in.lock", LockFor.String(), "暂停登录多久"},
	{"sign_in.hashes_at_once", strconv.Itoa(HashesAtOnce), "同时核对密码的个数"},
	{"sign_in.hash_wait", HashWait.String(), "排队核对密码最多等多久"},
	{"sign_in.step", StepLife.String(), "密码对了以后，多久内要完成第二步"},
	{"sms.life", CodeLife.String(), "短信验证码有效期"},
	{"sms.tries", strconv.Itoa(CodeTries), "一个短信验证码可以试几次"},
	{"sms.gap", CodeGap.String(), "同一手机号两次短信的间隔"},
	{"sms.per_hour", strconv.Itoa(CodesPerHour), "同一手机号每小时短信条数"},
	{"sms.per_day", strconv.Itoa(CodesPerDay), "同一手机号每天短信条数"},
	{"sign_in.per_address", strconv.Itoa(SignInsPerMin) + "/min", "同一网络地址每分钟登录次数"},
	{"sms.per_address", strconv.Itoa(CodesPerTenMin) + "/10min", "同一网络地址十分钟内要短信、注册的次数"},
	{"session.staff_idle", StaffIdle.String(), "工作人员多久不用就退出"},
	{"session.staff", StaffSession.String(), "工作人员一次登录最长多久"},
	{"session.own_idle", OwnIdle.String(), "居民、志愿者多久不用就退出"},
	{"session.own", OwnSession.String(), "居民、志愿者一次登录最长多久"},
	{"device.life", DeviceLife.String(), "常用设备记多久"},
	{"password.initial", InitialPassword.String(), "初始密码有效期"},
	{"password.min", strconv.Itoa(PasswordMin), "密码最少几个字符"},
	{"password.mixed", strconv.Itoa(PasswordMixed), "有三类字符时，密码最少几个字符"},
	{"password.max", strconv.Itoa(PasswordMax), "密码最多几个字符"},
	{"card.codes", strconv.Itoa(CardCodes), "一张动态码卡上的码数"},
}
