package training

import (
	"context"
	"fmt"
	"strings"

	"linli/internal/platform/act"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

// fewest is how many questions the test of a course to read has at least.
const fewest = 3

// Question is one of a test. Choices are lines; a right one begins with a star, which nobody sees who is asked.
type Question struct {
	ID       db.ID  `json:"id"`
	CourseID db.ID  `json:"-" db:",once"`
	Sort     int64  `json:"-" db:",once"`
	Text     string `json:"text" db:",once"`
	Choices  string `json:"choices" db:",once" doc:"一行一个选项，对的前面加 *"`
}

// choices are what may be chosen, and which of it is right.
func (q Question) choices() (words []string, right []bool) {
	for line := range strings.Lines(q.Choices) {
		line = strings.TrimSpace(line)
		word, star := strings.CutPrefix(line, "*")
		if word = strings.TrimSpace(word); word != "" {
			words, right = append(words, word), append(right, star)
		}
	}
	return words, right
}

// AskInput is a question as its author writes it.
type AskInput struct {
	Text    string `json:"text" required:"false" maxLength:"300"`
	Choices string `json:"choices" required:"false" maxLength:"1000" doc:"一行一个选项，对的前面加 *；不填的题不要"`
}

// QuestionsInput are all questions of a course.
type QuestionsInput struct {
	ID      db.ID      `path:"id"`
	Version int64      `json:"version" minimum:"1"`
	Mark    int64      `json:"pass_mark" required:"false" minimum:"50" maximum:"100" default:"80" doc:"答对百分之几算合格"`
	Items   []AskInput `json:"items" minItems:"1" maxItems:"50"`
}

func (in QuestionsInput) check() error {
	c := errs.Check{}
	for i, a := range in.Items {
		if strings.TrimSpace(a.Text)+strings.TrimSpace(a.Choices) == "" {
			continue
		}
		words, right := Question{Choices: a.Choices}.choices()
		n := 0
		for _, r := range right {
			if r {
				n++
			}
		}
		at := fmt.Sprintf("items.%d.", i)
		c.That(strings.TrimSpace(a.Text) != "", at+"text", "请写题目")
		c.That(len(words) >= 2 && n > 0 && n < len(words), at+"choices", "至少两个选项，对的前面加 *，不能全对")
	}
	return c.Err()
}

// Ask replaces the questions of a course to read. Who is in the middle of its test begins anew.
func (s *Service) Ask(ctx context.Context, in QuestionsInput) (Detail, error) {
	op := act.Op{Perm: Plan, Action: "training.ask", ID: in.ID, Version: in.Version, From: []string{Draft, Open}, Check: in.check}
	return s.change(ctx, op, func(tx *db.Tx, c *Course) error {
		if c.Kind != Article {
			return errs.WrongState("现场课不用测验，由讲师登记结果")
		}
		if _, err := dropQuestions.Run(ctx, tx, c.ID); err != nil {
			return err
		}
		n := int64(0)
		for _, a := range in.Items {
			if strings.TrimSpace(a.Text) == "" {
				continue
			}
			n++
			if err := questionTable.Insert(ctx, tx, Question{ID: tx.NewID(), CourseID: c.ID, Sort: n, Text: strings.TrimSpace(a.Text),
				Choices: strings.TrimSpace(a.Choices)}); err != nil {
				return err
			}
		}
		c.PassMark = in.Mark
		return c.asked(ctx, tx)
	})
}

// asked refuses a course to read that is open and hardly asks anything: to have opened the page is not to have learnt.
func (c Course) asked(ctx context.Context, tx *db.Tx) error {
	if c.Kind != Article || c.State != Open {
		return nil
	}
	list, err := questionsOf.All(ctx, tx, c.ID)
	if err == nil && len(list) < fewest {
		err = errs.Field("questions", fmt.Sprintf("图文课至少要有 %d 道题", fewest))
	}
	return err
}
