#include "model/upstream/libllama.h"

#ifdef GENKAI_LIBLLAMA

#include <llama.h>

#include <algorithm>
#include <cmath>
#include <exception>
#include <mutex>
#include <optional>
#include <thread>

#include "model/upstream/chat_parts.h"
#include "text/utf8.h"

namespace genkai::model {

using base::Code;
using base::fail;
using native::TokenId;
static_assert(std::is_same_v<TokenId, llama_token>);

namespace {

constexpr std::size_t kBatch = 512;         // tokens of a prompt in one step
constexpr std::size_t kMostCells = 32'768;  // tokens kept for all samples together, beyond one context

// What llama.cpp says last of an error; nothing of it reaches the terminal.
struct Complaint {
  std::mutex mutex;
  std::string text;
};
Complaint& complaint() {
  static Complaint last;
  return last;
}

void listen(ggml_log_level level, const char* text, void*) {
  if (level != GGML_LOG_LEVEL_ERROR) return;
  const std::lock_guard lock(complaint().mutex);
  if (complaint().text.size() < 400) complaint().text += text;
}

// Taken from the log: one line, printable.
std::string take_complaint() {
  const std::lock_guard lock(complaint().mutex);
  std::string text = text::to_valid_utf8(std::exchange(complaint().text, {}));
  for (char& c : text)
    if (static_cast<unsigned char>(c) < 0x20) c = ' ';
  while (text.ends_with(' ')) text.pop_back();
  return text.empty() ? "it does not say why" : text;
}

void start_library() {
  static std::once_flag once;
  std::call_once(once, [] {
    llama_log_set(listen, nullptr);
    ggml_backend_load_all();
    llama_backend_init();
  });
}

std::vector<TokenId> tokens_of(const llama_vocab* vocab, std::string_view text, bool begins, bool control) {
  std::vector<TokenId> out(text.size() + 8);
  const auto cut = [&] {
    return llama_tokenize(vocab, text.data(), static_cast<std::int32_t>(text.size()), out.data(),
                          static_cast<std::int32_t>(out.size()), begins, control);
  };
  std::int32_t count = 0;
  try {
    count = cut();
    if (count < 0 && count != INT32_MIN) {
      out.resize(static_cast<std::size_t>(-count));
      count = cut();
    }
  } catch (const std::exception&) {
    count = 0;  // a text without tokens is refused
  }
  out.resize(static_cast<std::size_t>(std::max(count, 0)));
  return out;
}

class Model final : public LlamaModel {
 public:
  Model(LlamaFile file, llama_model* model)
      : LlamaModel(std::move(file)), model_(model), vocab_(llama_model_get_vocab(model)) {}
  ~Model() override { llama_model_free(model_); }
  llama_model* get() const { return model_; }
  const llama_vocab* vocab() const { return vocab_; }

  base::Result<std::vector<TokenId>> prompt(std::span<const ChatText> messages) const override {
    if (file_.chat_template.empty() || file_.completes)
      return tokens_of(vocab_, completion_prompt(messages, file_.completes), true, false);
    GENKAI_ASSIGN_OR_RETURN(const std::vector<ChatPart> parts, parts_of(messages));
    std::string all;
    std::vector<TokenId> apart;
    for (const ChatPart& part : parts) {
      const auto tokens = tokens_of(vocab_, part.text, apart.empty(), part.own);
      apart.insert(apart.end(), tokens.begin(), tokens.end());
      all += part.text;
    }
    // Read as one the words meet as the model has learnt them; but a message may spell a control token out.
    std::vector<TokenId> whole = tokens_of(vocab_, all, true, true);
    if (control_of(whole) != control_of(apart)) whole = std::move(apart);
    const TokenId bos = llama_vocab_bos(vocab_);
    if (whole.size() > 1 && whole[0] == bos && whole[1] == bos) whole.erase(whole.begin());
    return whole;
  }

  std::string piece(TokenId id) const override {
    std::string out(32, '\0');
    const auto write = [&] {
      return llama_token_to_piece(vocab_, id, out.data(), static_cast<std::int32_t>(out.size()), 0, false);
    };
    std::int32_t size = write();
    if (size < 0) {
      out.resize(static_cast<std::size_t>(-size));
      size = write();
    }
    out.resize(static_cast<std::size_t>(std::max(size, 0)));
    return out;
  }
  bool ends(TokenId id) const override { return llama_vocab_is_eog(vocab_, id); }

 private:
  std::vector<TokenId> control_of(const std::vector<TokenId>& tokens) const {
    std::vector<TokenId> out;
    for (const TokenId id : tokens)
      if (llama_vocab_is_control(vocab_, id)) out.push_back(id);
    return out;
  }

  base::Result<std::vector<ChatPart>> parts_of(std::span<const ChatText> messages) const {
    GENKAI_ASSIGN_OR_RETURN(const std::vector<ChatText> marked, marked_messages(messages));
    std::vector<llama_chat_message> chat;
    for (const ChatText& mark : marked) chat.push_back({mark.role.c_str(), mark.text.c_str()});
    std::string text(256 + 128 * messages.size(), '\0');
    const auto apply = [&] {
      return llama_chat_apply_template(file_.chat_template.c_str(), chat.data(), chat.size(), true,
                                       text.data(), static_cast<std::int32_t>(text.size()));
    };
    std::int32_t size = apply();
    if (size > static_cast<std::int32_t>(text.size())) {
      text.resize(static_cast<std::size_t>(size));
      size = apply();
    }
    if (size < 0) return fail(Code::unsupported, "llama.cpp's library does not know this chat template");
    text.resize(static_cast<std::size_t>(size));
    return chat_parts(text, messages);
  }

  llama_model* model_;
  const llama_vocab* vocab_;
};

template <auto kFree>
struct Free {
  void operator()(auto* owned) const { kFree(owned); }
};
using Sampler = std::unique_ptr<llama_sampler, Free<llama_sampler_free>>;

class Batch {
 public:
  explicit Batch(std::size_t size) : batch_(llama_batch_init(static_cast<std::int32_t>(size), 0, 1)) {}
  Batch(const Batch&) = delete;
  Batch& operator=(const Batch&) = delete;
  ~Batch() { llama_batch_free(batch_); }
  void clear() { batch_.n_tokens = 0; }
  void add(TokenId id, std::size_t position, std::size_t sequence, bool logits) {
    const std::int32_t i = batch_.n_tokens++;
    batch_.token[i] = id;
    batch_.pos[i] = static_cast<llama_pos>(position);
    batch_.n_seq_id[i] = 1;
    batch_.seq_id[i][0] = static_cast<llama_seq_id>(sequence);
    batch_.logits[i] = logits ? 1 : 0;
  }
  const llama_batch& get() const { return batch_; }

 private:
  llama_batch batch_;
};

class Generation final : public LlamaGeneration {
 public:
  Generation(std::shared_ptr<const Model> model, std::vector<TokenId> prompt,
             const native::GenerateOptions& options, std::chrono::steady_clock::time_point deadline)
      : model_(std::move(model)),
        prompt_(std::move(prompt)),
        options_(options),
        deadline_(deadline),
        batch_(kBatch) {
    const std::size_t context = model_->file().context, n = std::max<std::size_t>(1, options.samples);
    options_.max_tokens = std::max<std::size_t>(1, std::min(options.max_tokens, context - prompt_.size()));
    const std::size_t fit = (std::max(context, kMostCells) - prompt_.size()) / options_.max_tokens;
    side_by_side_ = std::clamp<std::size_t>(fit, 1, std::min(n, llama_max_parallel_sequences() - 1));
    samples_.resize(n);
    characters_.resize(n);
    for (std::size_t i = 0; i < n; ++i) samplers_.push_back(sampler(i));
  }

  base::Status open() {
    llama_context_params params = llama_context_default_params();
    params.n_ctx = static_cast<std::uint32_t>(prompt_.size() + side_by_side_ * options_.max_tokens + 1);
    params.n_batch = params.n_ubatch = kBatch;
    params.n_seq_max = static_cast<std::uint32_t>(side_by_side_ + 1);
    params.kv_unified = true;  // the samples share the prompt
    const bool large = llama_model_n_params(model_->get()) >= kLargeModel;
    params.n_threads = params.n_threads_batch =
        large ? static_cast<std::int32_t>(std::max(1U, std::thread::hardware_concurrency())) : 1;
    params.abort_callback = [](void* self) { return static_cast<Generation*>(self)->late(); };
    params.abort_callback_data = this;
    context_.reset(llama_init_from_model(model_->get(), params));
    if (context_) return {};
    return fail(Code::resource_exhausted,
                "libllama cannot hold " + std::to_string(params.n_ctx) + " tokens: " + take_complaint(),
                "ask for fewer samples or tokens, or set a smaller context: llama:FILE.gguf?context=4096");
  }

  bool running() const override {
    return std::any_of(samples_.begin(), samples_.end(), [](const auto& sample) { return sample.running; });
  }

  base::Status step() override {
    if (late()) return fail(Code::deadline_exceeded, "the model took too long");
    if (read_ < prompt_.size()) return read_prompt();
    batch_.clear();
    whose_.clear();
    for (std::size_t i = first_; i < first_ + wave(); ++i) {
      if (!samples_[i].running) continue;
      batch_.add(samples_[i].tokens.back().id, prompt_.size() + samples_[i].tokens.size() - 1, i - first_ + 1,
                 true);
      whose_.push_back(i);
    }
    if (!whose_.empty()) GENKAI_RETURN_IF_ERROR(decode());
    for (std::size_t row = 0; row < whose_.size(); ++row)
      GENKAI_RETURN_IF_ERROR(take(whose_[row], logits(static_cast<std::int32_t>(row))));
    const bool over =
        std::none_of(whose_.begin(), whose_.end(), [&](std::size_t i) { return samples_[i].running; });
    if (!over || first_ + wave() >= samples_.size()) return {};
    first_ += wave();
    return begin_wave();
  }

 private:
  bool late() const { return std::chrono::steady_clock::now() > deadline_; }
  std::size_t wave() const { return std::min(side_by_side_, samples_.size() - first_); }

  Sampler sampler(std::size_t i) const {
    Sampler chain(llama_sampler_chain_init(llama_sampler_chain_default_params()));
    if (!(options_.temperature > 0)) {
      llama_sampler_chain_add(chain.get(), llama_sampler_init_greedy());
      return chain;
    }
    llama_sampler_chain_add(chain.get(), llama_sampler_init_temp(static_cast<float>(options_.temperature)));
    if (options_.top_p < 1)
      llama_sampler_chain_add(chain.get(), llama_sampler_init_top_p(static_cast<float>(options_.top_p), 1));
    // Of a stream of its own for each sample; the library's default seed stands for a random one.
    const std::uint64_t mixed = (options_.seed + 0x9E3779B97F4A7C15ULL * (i + 1)) * 0xD1342543DE82EF95ULL;
    const auto seed = static_cast<std::uint32_t>(mixed >> 32);
    llama_sampler_chain_add(chain.get(), llama_sampler_init_dist(seed == LLAMA_DEFAULT_SEED ? 1 : seed));
    return chain;
  }

  base::Status decode() {
    std::int32_t status = 0;
    try {
      status = llama_decode(context_.get(), batch_.get());
    } catch (const std::exception& error) {
      return fail(Code::internal, std::string("libllama: ") + error.what());
    }
    if (late()) return fail(Code::deadline_exceeded, "the model took too long");
    if (status != 0) return fail(Code::internal, "libllama cannot compute: " + take_complaint());
    return {};
  }

  std::span<const float> logits(std::int32_t row) const {
    const float* begin = llama_get_logits_ith(context_.get(), row);
    if (begin == nullptr) return {};
    return {begin, static_cast<std::size_t>(llama_vocab_n_tokens(model_->vocab()))};
  }

  base::Status read_prompt() {
    batch_.clear();
    const std::size_t end = std::min(prompt_.size(), read_ + kBatch);
    for (; read_ < end; ++read_) batch_.add(prompt_[read_], read_, 0, read_ + 1 == prompt_.size());
    GENKAI_RETURN_IF_ERROR(decode());
    if (read_ < prompt_.size()) return {};
    const auto last = logits(batch_.get().n_tokens - 1);
    after_prompt_.assign(last.begin(), last.end());
    return begin_wave();
  }

  base::Status begin_wave() {
    llama_memory_t memory = llama_get_memory(context_.get());
    for (std::size_t i = first_; i < first_ + wave(); ++i) {
      const auto sequence = static_cast<llama_seq_id>(i - first_ + 1);
      llama_memory_seq_rm(memory, sequence, -1, -1);
      llama_memory_seq_cp(memory, 0, sequence, -1, -1);
      GENKAI_RETURN_IF_ERROR(take(i, after_prompt_));
    }
    return {};
  }

  base::Status take(std::size_t at, std::span<const float> logits) {
    if (logits.empty() || !std::all_of(logits.begin(), logits.end(), [](float l) { return !std::isnan(l); }))
      return fail(Code::corrupt, model_->file().name + ": its weights give no numbers",
                  "the file is damaged, or not a model of language");
    std::vector<llama_token_data> candidates(logits.size());
    for (std::size_t i = 0; i < logits.size(); ++i) candidates[i] = {static_cast<TokenId>(i), logits[i], 0};
    llama_token_data_array drawn{candidates.data(), candidates.size(), -1, false};
    llama_sampler_apply(samplers_[at].get(), &drawn);
    const TokenId id = drawn.data[std::max<std::int64_t>(drawn.selected, 0)].id;
    native::LoggedToken token = native::logged_token(id, logits, options_.alternatives);
    if (model_->ends(id))
      native::extend(samples_[at], std::move(token), std::nullopt, characters_[at], options_);
    else
      native::extend(samples_[at], std::move(token), model_->piece(id), characters_[at], options_);
    return {};
  }

  std::shared_ptr<const Model> model_;
  std::vector<TokenId> prompt_;
  native::GenerateOptions options_;
  std::chrono::steady_clock::time_point deadline_;
  Batch batch_;
  std::size_t side_by_side_ = 1;  // samples that have room beside each other
  std::size_t read_ = 0;          // tokens of the prompt
  std::size_t first_ = 0;         // of the samples that run now
  std::vector<float> after_prompt_;
  std::vector<std::size_t> whose_;
  std::vector<native::WholeCharacters> characters_;
  std::vector<Sampler> samplers_;
  std::unique_ptr<llama_context, Free<llama_free>> context_;
};

}  // namespace

bool knows_chat_template(const std::string& chat_template) {
  const llama_chat_message message{"user", "x"};
  return llama_chat_apply_template(chat_template.c_str(), &message, 1, true, nullptr, 0) >= 0;
}

base::Result<std::shared_ptr<const LlamaModel>> LlamaModel::load(const base::Path& path, LlamaFile file) {
  start_library();
  take_complaint();
  const auto refuse = [&](const std::string& why) {
    return fail(Code::unsupported, path.string() + ": libllama does not run this file: " + why,
                "a newer llama.cpp may; else serve it with an engine that does: --model http://...");
  };
  llama_model* loaded = nullptr;
  try {
    loaded = llama_model_load_from_file(path.c_str(), llama_model_default_params());
  } catch (const std::exception& error) {
    return refuse(error.what());
  }
  if (loaded == nullptr) return refuse(take_complaint());
  auto model = std::make_shared<const Model>(std::move(file), loaded);
  if (!llama_model_has_decoder(loaded) || llama_model_has_encoder(loaded) ||
      llama_vocab_n_tokens(model->vocab()) < 2)
    return refuse("it does not go on from a text, token by token");
  return std::shared_ptr<const LlamaModel>(std::move(model));
}

base::Result<std::unique_ptr<LlamaGeneration>> LlamaGeneration::begin(
    std::shared_ptr<const LlamaModel> model, std::vector<TokenId> prompt,
    const native::GenerateOptions& options, std::chrono::steady_clock::time_point deadline) {
  if (prompt.size() >= model->file().context) return fail(too_long(prompt.size(), model->file().context));
  const std::int32_t size = llama_vocab_n_tokens(static_cast<const Model&>(*model).vocab());
  if (prompt.empty() ||
      std::any_of(prompt.begin(), prompt.end(), [&](TokenId id) { return id < 0 || id >= size; }))
    return fail(Code::corrupt,
                "the tokenizer of " + model->file().name + " gives no tokens of its vocabulary");
  auto generation = std::make_unique<Generation>(std::static_pointer_cast<const Model>(std::move(model)),
                                                 std::move(prompt), options, deadline);
  GENKAI_RETURN_IF_ERROR(generation->open());
  return std::unique_ptr<LlamaGeneration>(std::move(generation));
}

}  // namespace genkai::model

#endif
