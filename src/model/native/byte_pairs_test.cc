#include "model/native/byte_pairs.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "model/native/tokenizer.h"

namespace genkai::model::native {
namespace {

std::string cut(std::string_view text, WordRule rule) {
  std::string out;
  for (const std::string_view word : split_words(text, rule)) out += std::string(word) + "|";
  return out;
}

TEST(BytePairs, WordsAreCutAsTheFileNames) {
  EXPECT_EQ(cut("I'll say  it's 1234, ok", WordRule::gpt2), "I|'ll| say| | it|'s| 1234|,| ok|");
  EXPECT_EQ(cut("I'll say  it's 1234, ok", WordRule::single_digit), "I|'ll| say| | it|'s| |1|2|3|4|,| ok|");
  EXPECT_EQ(cut("I'LL say  it's 1234, ok", WordRule::llama3), "I|'LL| say| | it|'s| |123|4|,| ok|");
  EXPECT_EQ(cut("I'LL say  it's 1234, ok", WordRule::qwen2), "I|'LL| say| | it|'s| |1|2|3|4|,| ok|");
  EXPECT_EQ(cut("I'LL", WordRule::gpt2), "I|'|LL|") << "GPT-2 knows small letters only";
  EXPECT_EQ(cut("a(b)!\n\n  \n c  ", WordRule::llama3), "a|(b|)!\n\n|  \n| c|  |");
  EXPECT_EQ(cut("a(b)!\n\n  \n c  ", WordRule::gpt2), "a|(|b|)!|\n\n  \n| c|  |");
  EXPECT_EQ(cut("東京は、２０２４年", WordRule::llama3), "東京は|、|２０２|４|年|");
  for (const WordRule rule : {WordRule::gpt2, WordRule::single_digit, WordRule::llama3, WordRule::qwen2})
    EXPECT_TRUE(split_words("", rule).empty());
}

TEST(BytePairs, EveryByteHasACharacterAndComesBack) {
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
  EXPECT_EQ(as_bytes(as_characters(all)), all);
  EXPECT_EQ(as_characters(" a\n"), "ĠaĊ");
}

Vocabulary bytes_and(std::vector<std::string> merges) {
  Vocabulary v;
  v.form = Vocabulary::byte_pairs;
  v.pre = "gpt-2";
  v.add_bos = false;
  v.space_prefix = false;
  v.unknown_id = -1;
  const auto add = [&](std::string piece, Vocabulary::Kind kind) {
    v.pieces.push_back(std::move(piece)), v.kinds.push_back(kind);
  };
  for (int byte = 0; byte < 256; ++byte)
    add(as_characters(std::string(1, static_cast<char>(byte))), Vocabulary::normal);
  for (std::string merge : merges) add(merge.erase(merge.find(' '), 1), Vocabulary::normal);
  v.bos = v.eos = static_cast<TokenId>(v.pieces.size());
  add("<|end|>", Vocabulary::control);
  add("<tool>", Vocabulary::user_defined);
  v.merges = std::move(merges);
  return v;
}

base::Result<Tokenizer> through_a_file(const Vocabulary& v) {
  GgufWriter writer;
  v.write(writer);
  const base::Path path = testing::TempDir() + "/byte_pairs_test." + std::to_string(::getpid()) + ".gguf";
  EXPECT_TRUE(writer.save(path));
  GENKAI_ASSIGN_OR_RETURN(const auto file, Gguf::open(path));
  return Tokenizer::from(*file);
}

TEST(BytePairs, MergesInTheOrderLearntAndInsideOfWords) {
  const auto tokenizer = through_a_file(bytes_and({"b c", "a b", "Ġ a", "Ġa bc"}));
  ASSERT_TRUE(tokenizer) << tokenizer.error().message;
  const auto pieces = [&](std::string_view text) {
    std::string out;
    for (const TokenId id : tokenizer->encode(text, true))
      out += tokenizer->vocabulary().pieces[static_cast<std::size_t>(id)] + "|";
    return out;
  };
  EXPECT_EQ(pieces("abc"), "a|bc|") << "b c was learnt before a b, and nothing joins a and bc";
  EXPECT_EQ(pieces("ab abc"), "ab|Ġabc|");
  EXPECT_EQ(pieces("語"), "è|ª|ŀ|");
  EXPECT_EQ(pieces("b<tool>c"), "b|<tool>|c|");
  EXPECT_EQ(pieces("<|end|>").find("<|end|>"), std::string::npos) << "text is never control";
  for (const char* text : {"", "ab abc", " 日本語 😀\n\t", "<tool><tool> x"})
    EXPECT_EQ(tokenizer->decode(tokenizer->encode(text, true)), text);
  std::string out;
  WholeCharacters characters;
  for (const TokenId id : tokenizer->encode("語b", false)) out += characters.add(tokenizer->piece(id)) + "/";
  EXPECT_EQ(out, "//語/b/");
}

TEST(BytePairs, SaysWhatItCannotRead) {
  Vocabulary v = bytes_and({"a b"});
  v.pre = "dbrx";
  const auto unknown = through_a_file(v);
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code, base::Code::unsupported);
  EXPECT_NE(unknown.error().message.find("\"dbrx\""), std::string::npos) << unknown.error().message;
  EXPECT_NE(unknown.error().hint.find("llama-bpe"), std::string::npos);
  v = bytes_and({"a b"});
  v.eos = -1;
  EXPECT_EQ(Tokenizer::from(v).error().code, base::Code::corrupt);
  v = bytes_and({"a b"});
  v.merges = {"nothing", "", " ", "a b c", "a b", "a b"};
  v.pieces.erase(v.pieces.begin(), v.pieces.begin() + 3), v.kinds.resize(v.pieces.size());
  v.bos = v.eos = 0;
  const auto odd = Tokenizer::from(v);
  ASSERT_TRUE(odd) << "merges that join nothing change nothing";
  EXPECT_EQ(odd->decode(odd->encode(std::string("a\0b", 3), true)), "ab")
      << "a byte without a token is left out";
}

}  // namespace
}  // namespace genkai::model::native
