package notify

import "time"

// Settings say which channels an installation has. They hold secrets and are
// never logged.
type Settings struct {
	SMTP SMTP
	Hook Hook
	// Gather, Delay and Claim are those of Options; 0 for the usual ones.
	Gather, Delay, Claim time.Duration
}

// Channels returns the channels that are set up. The error says what is wrong
// with the settings, without their secrets.
func (s Settings) Channels() ([]Channel, error) {
	var channels []Channel
	if s.SMTP.Address != "" {
		c, err := NewEmail(s.SMTP)
		if err != nil {
			return nil, err
		}
		channels = append(channels, c)
	}
	if s.Hook.URL != "" {
		c, err := NewWebhook(s.Hook)
		if err != nil {
			return nil, err
		}
		channels = append(channels, c)
	}
	return channels, nil
}
