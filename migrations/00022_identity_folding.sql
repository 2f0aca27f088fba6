-- +goose Up
-- Folds ASCII letters alone, whatever the locale. lower() depends on the locale, and in many it makes the Kelvin
-- sign the letter k and the dotted capital I the letter i: addresses that differ would be one.
CREATE FUNCTION ascii_fold(text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  AS $$ SELECT lower($1 COLLATE "C") COLLATE "default" $$;
DROP INDEX users_email;
CREATE UNIQUE INDEX users_email ON users (ascii_fold(email), company_id);

-- +goose Down
DROP INDEX users_email;
-- Fails while users of a company have addresses that lower() makes equal: change one of them first.
CREATE UNIQUE INDEX users_email ON users (lower(email), company_id);
DROP FUNCTION ascii_fold(text);
