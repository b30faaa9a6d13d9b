package account

import (
	"strconv"
	"time"

	"linli/internal/civic/account/password"
	"linli/internal/platform/area"
)

// What holds sign-in together, in machine time. Nothing else in the area names a number of its own.
const (
	Failures        = 5                // failed attempts in a row, then the account rests
	FailuresOfAll   = 50               // the same from all networks together, on devices that it has not used before
	LockFor         = 15 * time.Minute // how long it rests; also after how long failures are forgotten
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
	JustNow         = 15 * time.Minute     // who has no password proves himself anew by having signed in since
	Touch           = 5 * time.Minute      // how exactly the last use of a session is kept
	DeviceLife      = 400 * 24 * time.Hour // how long a browser stays known
	CardCodes       = 10
	SignInsPerMin   = 300 // requests from one address; a whole office may share one
	CodesPerTenMin  = 60  // the same, for codes by SMS and registrations
)

// Limits is the table that `linli limits` prints.
var Limits = []area.Limit{
	{Name: "sign_in.failures", Value: strconv.Itoa(Failures), What: "连续输错几次后暂停登录"},
	{Name: "sign_in.failures_of_all", Value: strconv.Itoa(FailuresOfAll), What: "没用过的设备从各处连续输错几次后暂停登录"},
	{Name: "sign_in.lock", Value: LockFor.String(), What: "暂停登录多久"},
	{Name: "sign_in.hashes_at_once", Value: strconv.Itoa(password.AtOnce), What: "同时核对密码的个数"},
	{Name: "sign_in.hash_wait", Value: password.Wait.String(), What: "排队核对密码最多等多久"},
	{Name: "sign_in.step", Value: StepLife.String(), What: "密码对了以后，多久内要完成第二步"},
	{Name: "sms.life", Value: CodeLife.String(), What: "短信验证码有效期"},
	{Name: "sms.tries", Value: strconv.Itoa(CodeTries), What: "一个短信验证码可以试几次"},
	{Name: "sms.gap", Value: CodeGap.String(), What: "同一手机号两次短信的间隔"},
	{Name: "sms.per_hour", Value: strconv.Itoa(CodesPerHour), What: "同一手机号每小时短信条数"},
	{Name: "sms.per_day", Value: strconv.Itoa(CodesPerDay), What: "同一手机号每天短信条数"},
	{Name: "sign_in.per_address", Value: strconv.Itoa(SignInsPerMin) + "/min", What: "同一网络地址每分钟登录次数"},
	{Name: "sms.per_address", Value: strconv.Itoa(CodesPerTenMin) + "/10min", What: "同一网络地址十分钟内要短信、注册的次数"},
	{Name: "session.staff_idle", Value: StaffIdle.String(), What: "工作人员多久不用就退出"},
	{Name: "session.staff", Value: StaffSession.String(), What: "工作人员一次登录最长多久"},
	{Name: "session.own_idle", Value: OwnIdle.String(), What: "居民、志愿者多久不用就退出"},
	{Name: "session.own", Value: OwnSession.String(), What: "居民、志愿者一次登录最长多久"},
	{Name: "device.life", Value: DeviceLife.String(), What: "常用设备记多久"},
	{Name: "password.initial", Value: InitialPassword.String(), What: "初始密码有效期"},
	{Name: "password.min", Value: strconv.Itoa(password.Min), What: "密码最少几个字符"},
	{Name: "password.mixed", Value: strconv.Itoa(password.Mixed), What: "有三类字符时，密码最少几个字符"},
	{Name: "password.max", Value: strconv.Itoa(password.Max), What: "密码最多几个字符"},
	{Name: "card.codes", Value: strconv.Itoa(CardCodes), What: "一张动态码卡上的码数"},
}
