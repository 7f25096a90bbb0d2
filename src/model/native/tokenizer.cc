#include "model/native/tokenizer.h"

#include <algorithm>
#include <cmath>
#include <queue>

#include "text/utf8.h"

namespace genkai::model::native {
namespace {

using base::Code;
using base::fail;

constexpr std::string_view kSpace = "\xE2\x96\x81";  // U+2581

std::string byte_piece(unsigned byte) {
  constexpr char digits[] = "0123456789ABCDEF";
  return {'<', '0', 'x', digits[byte >> 4], digits[byte & 15], '>'};
}

std::string replaced(std::string_view text, std::string_view from, std::string_view to) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t next = std::min(text.find(from, at), text.size());
    out += text.substr(at, next - at);
    if (next == text.size()) break;
    out += to;
    at = next + from.size();
  }
  return out;
}

// Two neighbours that make a piece. The best score first, then the leftmost.
struct Pair {
  float score;
  int left, right;
  std::size_t size;  // bytes of both when this was found; other bytes mean that one of them has changed
  bool operator<(const Pair& other) const {
    return score < other.score || (score == other.score && left > other.left);
  }
};

struct Symbol {
  std::string_view text;  // empty when merged into the one before
  int before, after;
};

}  // namespace

void Vocabulary::write(GgufWriter& writer) const {
  const bool scored = form == scored_pieces;
  writer.set("tokenizer.ggml.model", scored ? "llama" : "gpt2");
  writer.set("tokenizer.ggml.tokens", pieces);
  if (scored) {
    writer.set("tokenizer.ggml.scores", scores);
  } else {
    writer.set("tokenizer.ggml.pre", pre);
    writer.set("tokenizer.ggml.merges", merges);
  }
  writer.set("tokenizer.ggml.token_type", kinds);
  if (unknown_id >= 0) writer.set("tokenizer.ggml.unknown_token_id", static_cast<std::uint32_t>(unknown_id));
  writer.set("tokenizer.ggml.bos_token_id", static_cast<std::uint32_t>(bos));
  writer.set("tokenizer.ggml.eos_token_id", static_cast<std::uint32_t>(eos));
  writer.set("tokenizer.ggml.add_space_prefix", space_prefix);
  writer.set("tokenizer.ggml.add_bos_token", add_bos);
  writer.set("tokenizer.ggml.add_eos_token", false);
}

base::Result<Tokenizer> Tokenizer::from(const Gguf& file) {
  GENKAI_ASSIGN_OR_RETURN(const std::string model, file.text("tokenizer.ggml.model"));
  if (model != "llama" && model != "gpt2")
    return fail(
        Code::unsupported, file.name() + ": a tokenizer of the kind \"" + text::to_valid_utf8(model) + "\"",
        std::string("the built-in engine reads \"llama\" (SentencePiece) and \"gpt2\" (byte pairs); ") +
            run_elsewhere());
  Vocabulary vocabulary;
  vocabulary.form = model == "llama" ? Vocabulary::scored_pieces : Vocabulary::byte_pairs;
  const bool scored = vocabulary.form == Vocabulary::scored_pieces;
  const auto* pieces = file.get<std::vector<std::string>>("tokenizer.ggml.tokens");
  const auto* scores = file.get<std::vector<double>>("tokenizer.ggml.scores");
  const auto* merges = file.get<std::vector<std::string>>("tokenizer.ggml.merges");
  const auto* kinds = file.get<std::vector<std::int64_t>>("tokenizer.ggml.token_type");
  if (pieces == nullptr || kinds == nullptr || (scored ? scores == nullptr : merges == nullptr))
    return fail(Code::corrupt, file.name() + ": it has no list of tokens, kinds of tokens, " +
                                   (scored ? "or scores" : "or merges"));
  vocabulary.pieces = *pieces;
  for (const std::int64_t kind : *kinds) vocabulary.kinds.push_back(static_cast<std::int32_t>(kind));
  if (scored) {
    vocabulary.scores.assign(scores->begin(), scores->end());
  } else {
    vocabulary.merges = *merges;
    vocabulary.space_prefix = false;
    vocabulary.unknown_id = vocabulary.bos = vocabulary.eos = -1;
    if (const auto* pre = file.get<std::string>("tokenizer.ggml.pre")) vocabulary.pre = *pre;
    vocabulary.add_bos = word_rule(vocabulary.pre) == WordRule::llama3;
  }
  const auto special = [&](const char* key, TokenId& id) {
    if (const auto* set = file.get<std::int64_t>(key))
      id = *set >= 0 && *set < 1 << 30 ? static_cast<TokenId>(*set) : TokenId{-1};
  };
  special("tokenizer.ggml.unknown_token_id", vocabulary.unknown_id);
  special("tokenizer.ggml.bos_token_id", vocabulary.bos);
  special("tokenizer.ggml.eos_token_id", vocabulary.eos);
  const auto flag = [&](const char* key, bool& value) {
    if (const auto* set = file.get<bool>(key)) value = *set;
  };
  flag("tokenizer.ggml.add_bos_token", vocabulary.add_bos);
  if (scored) flag("tokenizer.ggml.add_space_prefix", vocabulary.space_prefix);
  auto tokenizer = from(std::move(vocabulary));
  if (!tokenizer) tokenizer.error().message = file.name() + ": " + tokenizer.error().message;
  return tokenizer;
}

base::Result<Tokenizer> Tokenizer::from(Vocabulary vocabulary) {
  Tokenizer tokenizer(std::move(vocabulary));
  GENKAI_RETURN_IF_ERROR(tokenizer.index());
  return tokenizer;
}

base::Status Tokenizer::index() {
  const Vocabulary& v = vocabulary_;
  const std::size_t count = v.pieces.size();
  const bool scored = v.form == Vocabulary::scored_pieces;
  if (count == 0 || v.kinds.size() != count || (scored && v.scores.size() != count))
    return fail(Code::corrupt, "its tokens, their scores and their kinds are lists of different lengths");
  const auto outside = [&](TokenId id) { return id < 0 || static_cast<std::size_t>(id) >= count; };
  if (outside(v.eos) || ((scored || v.add_bos) && outside(v.bos)) ||
      ((scored || v.unknown_id != -1) && outside(v.unknown_id)))
    return fail(Code::corrupt, "a special token is outside of its vocabulary, or not named");
  ids_.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    if (scored && !std::isfinite(v.scores[i]))
      return fail(Code::corrupt, "the score of a token is no number");
    const auto id = static_cast<TokenId>(i);
    // A piece that is there twice (files by others) is the last of them, as in llama.cpp.
    if (!is_control(id)) ids_[v.pieces[i]] = id;
    if (v.kinds[i] == Vocabulary::user_defined && !v.pieces[i].empty()) user_defined_.push_back(id);
  }
  std::stable_sort(user_defined_.begin(), user_defined_.end(), [&](TokenId a, TokenId b) {
    return v.pieces[static_cast<std::size_t>(a)].size() > v.pieces[static_cast<std::size_t>(b)].size();
  });
  bytes_.assign(256, v.unknown_id);
  for (unsigned byte = 0; byte < 256; ++byte) {
    const auto found =
        ids_.find(scored ? byte_piece(byte) : as_characters(std::string(1, static_cast<char>(byte))));
    if (found != ids_.end() &&
        (!scored || v.kinds[static_cast<std::size_t>(found->second)] == Vocabulary::byte))
      bytes_[byte] = found->second;
  }
  if (scored) return {};
  const auto rule = word_rule(v.pre);
  if (!rule)
    return fail(Code::unsupported,
                v.pre.empty() ? "its tokenizer does not name how words are cut (tokenizer.ggml.pre)"
                              : "its tokenizer cuts words by the rule \"" + text::to_valid_utf8(v.pre) + "\"",
                "the built-in engine knows " + std::string(word_rule_names()) + "; " + run_elsewhere());
  words_ = *rule;
  ranks_.reserve(v.merges.size());
  for (const std::string& merge : v.merges) ranks_.emplace(merge, -static_cast<float>(ranks_.size()));
  return {};
}

bool Tokenizer::is_control(TokenId id) const {
  const std::int32_t kind = vocabulary_.kinds[static_cast<std::size_t>(id)];
  return kind == Vocabulary::control || kind == Vocabulary::unknown;
}

std::vector<TokenId> Tokenizer::encode(std::string_view text, bool bos, bool prefix) const {
  std::vector<TokenId> out;
  if (bos && vocabulary_.add_bos) out.push_back(vocabulary_.bos);
  if (text.empty()) return out;
  const std::string valid = text::to_valid_utf8(text);
  struct Part {
    std::string_view text;
    TokenId whole;  // -1: to be cut
  };
  std::vector<Part> parts{{valid, -1}};
  for (const TokenId id : user_defined_) {
    const std::string& piece = vocabulary_.pieces[static_cast<std::size_t>(id)];
    if (valid.find(piece) == std::string::npos) continue;
    std::vector<Part> finer;
    for (const Part& part : parts) {
      std::string_view rest = part.text;
      for (std::size_t at = 0; part.whole < 0 && (at = rest.find(piece)) != std::string_view::npos;) {
        if (at > 0) finer.push_back({rest.substr(0, at), -1});
        finer.push_back({rest.substr(at, piece.size()), id});
        rest.remove_prefix(at + piece.size());
      }
      if (!rest.empty()) finer.push_back({rest, part.whole});
    }
    parts = std::move(finer);
  }
  for (const Part& part : parts) {
    if (part.whole < 0)
      encode_part(part.text, prefix, out);
    else
      out.push_back(part.whole);
    prefix = part.whole >= 0;  // text begins anew behind a token that stands by itself
  }
  return out;
}

void Tokenizer::encode_part(std::string_view text, bool prefix, std::vector<TokenId>& out) const {
  if (vocabulary_.form == Vocabulary::scored_pieces) {
    std::string spaced = replaced(text, " ", kSpace);
    if (prefix && vocabulary_.space_prefix) spaced.insert(0, kSpace);
    encode_pieces(spaced, out);
    return;
  }
  for (const std::string_view word : split_words(text, words_)) {
    const std::string characters = as_characters(word);
    // Llama 3 takes a word that is a piece whole, also where no merges lead to it.
    const auto found = words_ == WordRule::llama3 ? ids_.find(characters) : ids_.end();
    if (found != ids_.end())
      out.push_back(found->second);
    else
      encode_pieces(characters, out);
  }
}

std::optional<float> Tokenizer::merge_score(std::string_view left, std::string_view right) const {
  if (vocabulary_.form == Vocabulary::byte_pairs) {
    const auto rank = ranks_.find(std::string(left) + ' ' + std::string(right));
    return rank == ranks_.end() ? std::nullopt : std::optional(rank->second);
  }
  const auto found = ids_.find(std::string(left.data(), left.size() + right.size()));
  if (found == ids_.end() || vocabulary_.kinds[static_cast<std::size_t>(found->second)] == Vocabulary::byte)
    return {};
  return vocabulary_.scores[static_cast<std::size_t>(found->second)];
}

// Greedy merging of the best-scored neighbours.
void Tokenizer::encode_pieces(std::string_view text, std::vector<TokenId>& out) const {
  std::vector<Symbol> symbols;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = text::code_point_at(text, at).length;
    const int index = static_cast<int>(symbols.size());
    symbols.push_back({text.substr(at, length), index - 1, index + 1});
    at += length;
  }
  symbols.back().after = -1;

  std::priority_queue<Pair> pairs;
  const auto symbol = [&](int i) -> Symbol& { return symbols[static_cast<std::size_t>(i)]; };
  const auto consider = [&](int left, int right) {
    if (left < 0 || right < 0) return;
    const std::string_view first = symbol(left).text, second = symbol(right).text;
    if (const auto score = merge_score(first, second))
      pairs.push({*score, left, right, first.size() + second.size()});
  };
  for (int i = 1; i < static_cast<int>(symbols.size()); ++i) consider(i - 1, i);
  while (!pairs.empty()) {
    const Pair pair = pairs.top();
    pairs.pop();
    Symbol& left = symbol(pair.left);
    Symbol& right = symbol(pair.right);
    if (left.text.empty() || right.text.empty() || left.text.size() + right.text.size() != pair.size)
      continue;
    left.text = {left.text.data(), pair.size};
    right.text = {};
    left.after = right.after;
    if (right.after >= 0) symbol(right.after).before = pair.left;
    consider(left.before, pair.left);
    consider(pair.left, left.after);
  }

  for (int i = 0; i >= 0; i = symbol(i).after) {
    const std::string_view piece = symbol(i).text;
    const auto found = ids_.find(std::string(piece));
    if (found != ids_.end()) {
      out.push_back(found->second);
      continue;
    }
    const bool scored = vocabulary_.form == Vocabulary::scored_pieces;
    for (const char c : scored ? std::string(piece) : as_bytes(piece))
      if (const TokenId id = bytes_[static_cast<unsigned char>(c)]; id >= 0) out.push_back(id);
  }
}

std::string Tokenizer::piece(TokenId id) const {
  if (is_control(id)) return {};
  const std::string& stored = vocabulary_.pieces[static_cast<std::size_t>(id)];
  if (vocabulary_.kinds[static_cast<std::size_t>(id)] == Vocabulary::user_defined) return stored;
  if (vocabulary_.form == Vocabulary::byte_pairs) return as_bytes(stored);
  if (vocabulary_.kinds[static_cast<std::size_t>(id)] == Vocabulary::byte && stored.size() == 6) {
    const auto digit = [](char c) { return c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10; };
    return {static_cast<char>(digit(stored[3]) * 16 + digit(stored[4]))};
  }
  return replaced(stored, kSpace, " ");
}

std::string Tokenizer::decode(std::span<const TokenId> tokens, bool prefix) const {
  std::string out;
  for (const TokenId id : tokens) out += piece(id);
  if (prefix && vocabulary_.space_prefix && out.starts_with(' ')) out.erase(0, 1);
  return text::to_valid_utf8(out);
}

std::string WholeCharacters::add(std::string_view bytes) {
  waiting_ += bytes;
  // At most three bytes at the end can be the start of a character.
  std::size_t whole = waiting_.size();
  for (std::size_t back = 1; back <= std::min<std::size_t>(3, waiting_.size()); ++back) {
    const auto lead = static_cast<unsigned char>(waiting_[waiting_.size() - back]);
    if ((lead & 0xC0) == 0x80) continue;
    const std::size_t needs = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
    if (needs > back) whole = waiting_.size() - back;
    break;
  }
  std::string out = text::to_valid_utf8(waiting_.substr(0, whole));
  waiting_.erase(0, whole);
  return out;
}

std::string WholeCharacters::finish() {
  std::string out = text::to_valid_utf8(waiting_);
  waiting_.clear();
  return out;
}

}  // namespace genkai::model::native
