package console

import (
	"linli/internal/platform/audit"
	"linli/internal/platform/notify"
	"linli/internal/platform/web"
)

// Routes mounts the area.
func (s *Service) Routes(r *web.Router) {
	s.words, s.named = r.Words, r.Named
	web.JSON(r, "GET /api/v1/messages", "message.list", notify.Own, s.inbox.List)
	web.JSON(r, "GET /api/v1/messages/unread", "message.unread", notify.Own, s.inbox.Unread)
	web.JSON(r, "POST /api/v1/messages/{id}/read", "message.read", notify.Own, s.inbox.MarkRead)
	web.JSON(r, "POST /api/v1/messages/read", "message.read_all", notify.Own, s.inbox.MarkAllRead)
	web.Page(r, "GET "+inbox, "message.inbox", notify.Own, s.Inbox, inboxPage)
	web.Form(r, "POST "+inbox+"/{id}/read", "message.read", notify.Own, s.inbox.MarkRead, func(notify.ReadInput) string { return inbox },
		func(_ notify.ReadInput, n notify.Notice) string { return web.Local(n.Link) })
	web.Form(r, "POST "+inbox+"/read", "message.read_all", notify.Own, s.inbox.MarkAllRead, func(struct{}) string { return inbox },
		func(struct{}, notify.Count) string { return inbox })

	web.JSON(r, "GET /api/v1/jobs", "job.list", ViewJobs, s.Jobs)
	web.JSON(r, "POST /api/v1/jobs/{id}/retry", "job.retry", RetryJobs, s.Retry)
	web.Page(r, "GET "+jobsPath, "job.list", ViewJobs, s.Jobs, jobsPage)
	web.Form(r, "POST "+jobsPath+"/{id}/retry", "job.retry", RetryJobs, s.Retry, func(RetryInput) string { return jobsPath },
		func(RetryInput, RetryInput) string { return jobsPath })

	web.JSON(r, "GET /api/v1/sent-messages", "message.sent", ViewSent, s.Sent)
	web.JSON(r, "POST /api/v1/sent-messages/{id}/again", "message.again", RetrySent, s.SendAgain)
	web.Page(r, "GET "+sentPath, "message.sent", ViewSent, s.Sent, sentPage)
	web.Form(r, "POST "+sentPath+"/{id}/again", "message.again", RetrySent, s.SendAgain, func(AgainInput) string { return sentPath },
		func(AgainInput, notify.Sent) string { return sentPath })
	web.JSON(r, "GET /api/v1/sealing-keys", "keys.list", ViewKeys, s.KeyRing)
	web.Page(r, "GET "+keysPath, "keys.list", ViewKeys, s.KeyRing, keysPage)
	web.JSON(r, "GET /api/v1/backups", "backup.list", ViewBackups, s.Backups)
	web.Page(r, "GET "+backupsPath, "backup.list", ViewBackups, s.Backups, backupsPage)

	web.JSON(r, "GET /api/v1/audit", "audit.list", audit.View, s.Trail)
	web.Page(r, "GET /admin/audit", "audit.list", audit.View, s.Trail, trailPage)
	web.File(r, "GET /admin/audit.xlsx", "audit.export", audit.View, s.Sheet)
	web.File(r, "GET /admin/audit.jsonl", "audit.export", audit.View, s.Lines)
}

const inbox = "/messages"
