#pragma once
// GGUF files: the format of llama.cpp (version 3; 2 is read too), little-endian. What is read is untrusted:
// every length, type and offset is checked before it is used, and tensors are used where they lie.
//
//   GENKAI_ASSIGN_OR_RETURN(std::shared_ptr<const Gguf> file, Gguf::open("model.gguf"));
//   GENKAI_ASSIGN_OR_RETURN(std::string architecture, file->text("general.architecture"));
//   const GgufTensor* embedding = file->tensor("token_embd.weight");
//
//   GgufWriter writer;
//   writer.set("general.architecture", "llama");
//   writer.add("output_norm.weight", {128}, GgufType::f32, bytes);
//   GENKAI_RETURN_IF_ERROR(writer.save("model.gguf"));

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/file.h"
#include "base/result.h"

namespace genkai::model::native {

/// How a tensor's numbers are stored; the numbers are GGUF's. Only these are written and computed with.
enum class GgufType : std::uint32_t { f32 = 0, f16 = 1, q8_0 = 8 };

/// Where a file may run that the built-in engine refuses: the end of a hint.
std::string run_elsewhere();

/// "Q4_K" and the like, also for types that the engine cannot compute with.
std::string gguf_type_name(std::uint32_t type);
/// Bytes of so many numbers; nothing for an unknown type, a broken block, or a size that overflows.
std::optional<std::size_t> gguf_bytes(std::uint32_t type, std::uint64_t numbers);

/// A value of the file's metadata. Integers of all widths are int64 (an u64 beyond it is refused), floats
/// doubles.
using GgufValue = std::variant<bool, std::int64_t, double, std::string, std::vector<std::int64_t>,
                               std::vector<double>, std::vector<std::string>>;

struct GgufTensor {
  std::string name;
  std::vector<std::uint64_t> dimensions;  // as in the file: that of a row's elements first; 1 to 4
  std::uint32_t type = 0;                 // GgufType, or one that is only named
  const std::byte* data = nullptr;
  std::size_t bytes = 0;  // 0 where the type is not known

  std::size_t columns() const { return static_cast<std::size_t>(dimensions.front()); }
  std::size_t rows() const;  // all others together
};

/// Immutable and thread-safe.
class Gguf {
 public:
  /// Maps the file. Errors: those of files; corrupt, naming the file and what is wrong; unsupported
  /// (version 1, big-endian).
  static base::Result<std::shared_ptr<const Gguf>> open(const base::Path& path);
  /// The same of bytes in memory, which `owner` keeps alive; `name` is for messages.
  static base::Result<std::shared_ptr<const Gguf>> parse(std::string_view bytes, std::string name,
                                                         std::shared_ptr<const void> owner);

  const std::string& name() const { return name_; }
  const GgufValue* find(std::string_view key) const;

  /// The value of a key. Errors: corrupt, when the file lacks it or it is of another kind.
  base::Result<std::string> text(std::string_view key) const;
  base::Result<std::uint64_t> count(std::string_view key) const;  // an integer, not negative
  base::Result<double> number(std::string_view key) const;        // of any width
  /// The value, or nullptr where the key is missing or of another kind.
  template <class T>
  const T* get(std::string_view key) const {
    const GgufValue* value = find(key);
    return value == nullptr ? nullptr : std::get_if<T>(value);
  }

  const std::vector<GgufTensor>& tensors() const { return tensors_; }
  const GgufTensor* tensor(std::string_view name) const;

 private:
  std::string name_;
  std::map<std::string, GgufValue, std::less<>> metadata_;
  std::vector<GgufTensor> tensors_;
  std::shared_ptr<const void> owner_;
};

/// Collects a file and writes it whole. The same calls give the same bytes. Not thread-safe.
class GgufWriter {
 public:
  void set(std::string key, std::string value) { metadata_.emplace_back(std::move(key), std::move(value)); }
  void set(std::string key, const char* value) { set(std::move(key), std::string(value)); }
  void set(std::string key, bool value) { metadata_.emplace_back(std::move(key), value); }
  void set(std::string key, std::uint32_t value) { metadata_.emplace_back(std::move(key), value); }
  void set(std::string key, float value) { metadata_.emplace_back(std::move(key), value); }
  void set(std::string key, std::vector<std::string> value) {
    metadata_.emplace_back(std::move(key), std::move(value));
  }
  void set(std::string key, std::vector<float> value) {
    metadata_.emplace_back(std::move(key), std::move(value));
  }
  void set(std::string key, std::vector<std::int32_t> value) {
    metadata_.emplace_back(std::move(key), std::move(value));
  }

  /// A tensor's bytes, as its type stores them; `dimensions` as in GgufTensor. REQUIRES: bytes.size() ==
  /// gguf_bytes(type, their product).
  void add(std::string name, std::vector<std::uint64_t> dimensions, GgufType type,
           std::vector<std::byte> bytes);

  /// The whole file.
  std::string bytes() const;
  /// Durable, or not there at all.
  base::Status save(const base::Path& path) const;

 private:
  using Value = std::variant<std::string, bool, std::uint32_t, float, std::vector<std::string>,
                             std::vector<float>, std::vector<std::int32_t>>;
  struct Tensor {
    std::string name;
    std::vector<std::uint64_t> dimensions;
    GgufType type;
    std::vector<std::byte> bytes;
  };
  std::vector<std::pair<std::string, Value>> metadata_;
  std::vector<Tensor> tensors_;
};

}  // namespace genkai::model::native
