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
  writer.set("tokenizer.ggml.model", "llama");
  writer.set("tokenizer.ggml.tokens", pieces);
  writer.set("tokenizer.ggml.scores", scores);
  writer.set("tokenizer.ggml.token_type", kinds);
  writer.set("tokenizer.ggml.unknown_token_id", static_cast<std::uint32_t>(unknown_id));
  writer.set("tokenizer.ggml.bos_token_id", static_cast<std::uint32_t>(bos));
  writer.set("tokenizer.ggml.eos_token_id", static_cast<std::uint32_t>(eos));
  writer.set("tokenizer.ggml.add_space_prefix", space_prefix);
  writer.set("tokenizer.ggml.add_bos_token", true);
  writer.set("tokenizer.ggml.add_eos_token", false);
}

base::Result<Tokenizer> Tokenizer::from(const Gguf& file) {
  GENKAI_ASSIGN_OR_RETURN(const std::string model, file.text("tokenizer.ggml.model"));
  if (model != "llama")
    return fail(Code::unsupported,
                file.name() + ": a tokenizer of the kind \"" + text::to_valid_utf8(model) + "\"",
                "the built-in engine reads \"llama\" (SentencePiece); serve this model with another engine "
                "and give its address");
  const auto* pieces = file.get<std::vector<std::string>>("tokenizer.ggml.tokens");
  const auto* scores = file.get<std::vector<double>>("tokenizer.ggml.scores");
  const auto* kinds = file.get<std::vector<std::int64_t>>("tokenizer.ggml.token_type");
  if (pieces == nullptr || scores == nullptr || kinds == nullptr)
    return fail(Code::corrupt, file.name() + ": it has no list of tokens, scores or kinds of tokens");
  Vocabulary vocabulary;
  vocabulary.pieces = *pieces;
  vocabulary.scores.assign(scores->begin(), scores->end());
  for (const std::int64_t kind : *kinds) vocabulary.kinds.push_back(static_cast<std::int32_t>(kind));
  const auto special = [&](const char* key, TokenId& id) {
    if (const auto* set = file.get<std::int64_t>(key))
      id = *set >= 0 && *set < 1 << 30 ? static_cast<TokenId>(*set) : TokenId{-1};
  };
  special("tokenizer.ggml.unknown_token_id", vocabulary.unknown_id);
  special("tokenizer.ggml.bos_token_id", vocabulary.bos);
  special("tokenizer.ggml.eos_token_id", vocabulary.eos);
  if (const auto* prefix = file.get<bool>("tokenizer.ggml.add_space_prefix"))
    vocabulary.space_prefix = *prefix;
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
  const std::size_t count = vocabulary_.pieces.size();
  if (count == 0 || vocabulary_.scores.size() != count || vocabulary_.kinds.size() != count)
    return fail(Code::corrupt, "its tokens, their scores and their kinds are lists of different lengths");
  for (const TokenId id : {vocabulary_.unknown_id, vocabulary_.bos, vocabulary_.eos})
    if (id < 0 || static_cast<std::size_t>(id) >= count)
      return fail(Code::corrupt, "a special token is outside of its vocabulary");
  ids_.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    if (!std::isfinite(vocabulary_.scores[i]))
      return fail(Code::corrupt, "the score of a token is no number");
    // A piece that is there twice (files by others) is the last of them, as in llama.cpp.
    if (!is_control(static_cast<TokenId>(i))) ids_[vocabulary_.pieces[i]] = static_cast<TokenId>(i);
  }
  bytes_.assign(256, -1);
  for (unsigned byte = 0; byte < 256; ++byte) {
    const auto found = ids_.find(byte_piece(byte));
    if (found != ids_.end() && vocabulary_.kinds[static_cast<std::size_t>(found->second)] == Vocabulary::byte)
      bytes_[byte] = found->second;
    else
      bytes_[byte] = vocabulary_.unknown_id;
  }
  return {};
}

bool Tokenizer::is_control(TokenId id) const {
  const std::int32_t kind = vocabulary_.kinds[static_cast<std::size_t>(id)];
  return kind == Vocabulary::control || kind == Vocabulary::unknown;
}

std::vector<TokenId> Tokenizer::encode(std::string_view text, bool bos, bool prefix) const {
  std::vector<TokenId> out;
  if (bos) out.push_back(vocabulary_.bos);
  if (text.empty()) return out;
  std::string spaced = replaced(text::to_valid_utf8(text), " ", kSpace);
  if (prefix && vocabulary_.space_prefix) spaced.insert(0, kSpace);
  encode_pieces(spaced, out);
  return out;
}

// Greedy merging of the best-scored neighbours, as SentencePiece's BPE does it.
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
    const std::size_t size = symbol(left).text.size() + symbol(right).text.size();
    const auto found = ids_.find(std::string(symbol(left).text.data(), size));
    if (found == ids_.end() || vocabulary_.kinds[static_cast<std::size_t>(found->second)] == Vocabulary::byte)
      return;
    pairs.push({vocabulary_.scores[static_cast<std::size_t>(found->second)], left, right, size});
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
    if (found != ids_.end())
      out.push_back(found->second);
    else
      for (const char c : piece) out.push_back(bytes_[static_cast<unsigned char>(c)]);
  }
}

std::string Tokenizer::piece(TokenId id) const {
  if (is_control(id)) return {};
  const std::string& stored = vocabulary_.pieces[static_cast<std::size_t>(id)];
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

std::string Decoding::add(TokenId id) {
  waiting_ += tokenizer_.piece(id);
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

std::string Decoding::finish() {
  std::string out = text::to_valid_utf8(waiting_);
  waiting_.clear();
  return out;
}

}  // namespace genkai::model::native
