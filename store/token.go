package store

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"

	"duban/org"

	"gorm.io/gorm"
)

// tokenPrefix marks a bearer token of this program, so that one that leaks can
// be recognised.
const tokenPrefix = "dbn_"

// lastUsedStep is how far last_used_at may lag behind: a token used a thousand
// times a minute is written once.
const lastUsedStep = 5 * time.Minute

// Token is a bearer token as it is kept: only its hash.
type Token struct {
	ID     string `gorm:"primaryKey;size:64"`
	UserID string `gorm:"size:64;not null;index:tokens__user_id"`
	// Hash is the SHA-256 of the plain token, in hex. The token is 130 random
	// bits, so a slow hash would protect nothing more.
	Hash      string    `gorm:"size:64;not null;uniqueIndex:tokens__hash"`
	Label     string    `gorm:"size:200;not null"`
	CreatedAt time.Time `gorm:"precision:6;not null"`
	ExpiresAt time.Time `gorm:"precision:6;not null"`
	// RevokedAt is nil while the token is good.
	RevokedAt *time.Time `gorm:"precision:6"`
	// LastUsedAt is accurate to five minutes; nil if never used.
	LastUsedAt *time.Time `gorm:"precision:6"`
}

// CreateToken makes a token that is good for ttl and returns it in plain. It
// cannot be read again: only its hash is kept.
func (s *Store) CreateToken(ctx context.Context, userID, label string, ttl time.Duration) (string, error) {
	if err := checkTexts(required("userId", &userID, 64), optional("label", &label, 200)); err != nil {
		return "", err
	}
	if ttl <= 0 {
		return "", &InvalidError{Field: "ttl", Reason: "有效期须大于零 (must be positive)"}
	}
	plain := tokenPrefix + strings.ToLower(rand.Text())
	now := s.now()
	token := Token{
		ID: NewID(), UserID: userID, Hash: hashToken(plain), Label: label,
		CreatedAt: now, ExpiresAt: now.Add(ttl),
	}
	if err := s.Write(ctx, func(tx *gorm.DB) error { return tx.Create(&token).Error }); err != nil {
		return "", err
	}
	return plain, nil
}

// Tokens lists a user's tokens, newest first.
func (s *Store) Tokens(ctx context.Context, userID string, page PageRequest) (Page[Token], error) {
	return paginate(s.read(ctx).Where("user_id = ?", userID), page,
		descending("created_at", func(t *Token) time.Time { return t.CreatedAt }),
		descending("id", func(t *Token) string { return t.ID }))
}

// RevokeToken ends a user's token at once; revoking again changes nothing. It
// returns ErrNotFound if the user has no such token.
func (s *Store) RevokeToken(ctx context.Context, userID, id string) error {
	return s.Write(ctx, func(tx *gorm.DB) error {
		return mustAffect(tx.Model(&Token{}).Where("id = ? AND user_id = ?", id, userID).
			Update("revoked_at", gorm.Expr("COALESCE(revoked_at, ?)", s.now())))
	})
}

// UserByToken returns the user who holds the plain token, with unit and roles.
// A token that is unknown, expired or revoked, or whose user is inactive, is
// ErrNotFound.
func (s *Store) UserByToken(ctx context.Context, plain string) (User, error) {
	if !strings.HasPrefix(plain, tokenPrefix) {
		return User{}, ErrNotFound
	}
	now := s.now()
	var rows []struct {
		User       `gorm:"embedded"`
		TokenID    string
		LastUsedAt *time.Time
		Role       *org.Role
		Unit       Unit `gorm:"embedded;embeddedPrefix:unit__"`
	}
	// gorm translates no errors of Scan.
	if err := translate(s.read(ctx).Raw(userByToken, hashToken(plain), now, true).Scan(&rows).Error); err != nil {
		return User{}, err
	}
	if len(rows) == 0 {
		return User{}, ErrNotFound
	}
	user, unit := rows[0].User, rows[0].Unit
	user.Unit = &unit
	for _, role := range org.Roles() {
		for _, row := range rows {
			if row.Role != nil && *row.Role == role {
				user.Roles = append(user.Roles, role)
			}
		}
	}
	if used := rows[0].LastUsedAt; used == nil || now.Sub(*used) >= lastUsedStep {
		s.touchToken(ctx, rows[0].TokenID, now)
	}
	return user, nil
}

const userByToken = `
SELECT users.*, tokens.id AS token_id, tokens.last_used_at AS last_used_at, user_roles.role AS role,
	units.id AS unit__id, units.name AS unit__name, units.short_name AS unit__short_name,
	units.level AS unit__level, units.kind AS unit__kind, units.position AS unit__position,
	units.active AS unit__active, units.merged_into AS unit__merged_into, units.created_at AS unit__created_at, units.updated_at AS unit__updated_at
FROM tokens
JOIN users ON users.id = tokens.user_id
JOIN units ON units.id = users.unit_id
LEFT JOIN user_roles ON user_roles.user_id = users.id
WHERE tokens.hash = ? AND tokens.revoked_at IS NULL AND tokens.expires_at > ? AND users.active = ?`

// touchToken notes that a token was used. Someone with a good token is let in
// even if that cannot be noted now.
func (s *Store) touchToken(ctx context.Context, id string, now time.Time) {
	err := s.Write(ctx, func(tx *gorm.DB) error {
		return tx.Model(&Token{}).Where("id = ?", id).Update("last_used_at", now).Error
	})
	if err != nil {
		s.log.WarnContext(ctx, "note the use of a token", "token", id, "error", err)
	}
}

func hashToken(plain string) string {
	sum := sha256.Sum256([]byte(plain))
	return hex.EncodeToString(sum[:])
}
