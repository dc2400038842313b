package main

import (
	"fmt"
	"os"
	"strings"

	"duban/notify"
)

// channels says by what notices go out beside the inbox.
type channels struct {
	SmtpAddress       string `help:"host:port of the mail server; none: no mail is sent." placeholder:"ADDRESS"`
	SmtpFrom          string `help:"Address that mails come from." placeholder:"MAIL"`
	SmtpUser          string `help:"Name to sign in to the mail server with; none: without." placeholder:"NAME"`
	SmtpPassword      string `help:"Password on the mail server; better as a variable or a file." placeholder:"TEXT" xor:"smtp-password"`
	SmtpPasswordFile  string `help:"File that holds the password on the mail server." type:"existingfile" placeholder:"FILE" xor:"smtp-password"`
	SmtpTls           string `help:"How the connection is secured: starttls, tls, or none for a server on this machine." enum:"starttls,tls,none" default:"starttls"`
	WebhookUrl        string `help:"https address that messages are posted to; none: nothing is posted." placeholder:"URL"`
	WebhookSecret     string `help:"Secret that what is posted is signed with; better as a variable or a file." placeholder:"TEXT" xor:"webhook-secret"`
	WebhookSecretFile string `help:"File that holds the secret of the webhook." type:"existingfile" placeholder:"FILE" xor:"webhook-secret"`
}

// settings reads the secrets that stand in files.
func (c channels) settings() (notify.Settings, error) {
	password, err := secret(c.SmtpPassword, c.SmtpPasswordFile)
	if err != nil {
		return notify.Settings{}, fmt.Errorf("password on the mail server: %w", err)
	}
	key, err := secret(c.WebhookSecret, c.WebhookSecretFile)
	if err != nil {
		return notify.Settings{}, fmt.Errorf("secret of the webhook: %w", err)
	}
	return notify.Settings{
		SMTP: notify.SMTP{Address: c.SmtpAddress, From: c.SmtpFrom, User: c.SmtpUser, Password: password, TLS: c.SmtpTls},
		Hook: notify.Hook{URL: c.WebhookUrl, Secret: key},
	}, nil
}

// secret is the value itself, or what its file holds.
func secret(value, file string) (string, error) {
	if file == "" {
		return value, nil
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return "", err
	}
	return strings.TrimSpace(string(text)), nil
}
