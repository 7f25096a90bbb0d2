#include "model/native/gguf.h"

#include <bit>
#include <cassert>
#include <cstring>
#include <limits>

#include "text/utf8.h"

namespace genkai::model::native {
namespace {

using base::Code;
using base::fail;

static_assert(std::endian::native == std::endian::little, "GGUF files are used where they lie");

constexpr std::string_view kMagic = "GGUF";
constexpr std::uint32_t kVersion = 3;
constexpr std::size_t kAlignment = 32;
constexpr std::size_t kMaxName = 1024;                  // bytes of a key or a tensor's name
constexpr std::size_t kMaxText = std::size_t{1} << 24;  // bytes of a value

// The metadata's types, by GGUF's numbers.
enum Kind : std::uint32_t { u8, i8, u16, i16, u32, i32, f32, boolean, string, array, u64, i64, f64, kinds };

struct Storage {
  std::uint32_t type;
  const char* name;
  std::uint32_t numbers, bytes;  // of a block
};
constexpr Storage kStorage[] = {
    {0, "F32", 1, 4},         {1, "F16", 1, 2},        {2, "Q4_0", 32, 18},      {3, "Q4_1", 32, 20},
    {6, "Q5_0", 32, 22},      {7, "Q5_1", 32, 24},     {8, "Q8_0", 32, 34},      {9, "Q8_1", 32, 36},
    {10, "Q2_K", 256, 84},    {11, "Q3_K", 256, 110},  {12, "Q4_K", 256, 144},   {13, "Q5_K", 256, 176},
    {14, "Q6_K", 256, 210},   {15, "Q8_K", 256, 292},  {24, "I8", 1, 1},         {25, "I16", 1, 2},
    {26, "I32", 1, 4},        {27, "I64", 1, 8},       {28, "F64", 1, 8},        {30, "BF16", 1, 2},
    {16, "IQ2_XXS", 256, 66}, {17, "IQ2_XS", 256, 74}, {18, "IQ3_XXS", 256, 98}, {19, "IQ1_S", 256, 50},
    {20, "IQ4_NL", 32, 18},   {21, "IQ3_S", 256, 110}, {22, "IQ2_S", 256, 82},   {23, "IQ4_XS", 256, 136},
    {29, "IQ1_M", 256, 56},   {34, "TQ1_0", 256, 54},  {35, "TQ2_0", 256, 66},   {39, "MXFP4", 32, 17},
};
const Storage* storage_of(std::uint32_t type) {
  for (const Storage& one : kStorage)
    if (one.type == type) return &one;
  return nullptr;
}

// Reads forward; every read says whether the bytes were there.
class Cursor {
 public:
  explicit Cursor(std::string_view bytes) : bytes_(bytes) {}
  std::size_t at() const { return at_; }
  std::size_t left() const { return bytes_.size() - at_; }

  template <class T>
  bool read(T& out) {
    if (left() < sizeof out) return false;
    std::memcpy(&out, bytes_.data() + at_, sizeof out);
    at_ += sizeof out;
    return true;
  }
  bool read(std::string& out, std::size_t limit) {
    std::uint64_t size = 0;
    if (!read(size) || size > limit || size > left()) return false;
    out.assign(bytes_.data() + at_, static_cast<std::size_t>(size));
    at_ += static_cast<std::size_t>(size);
    return true;
  }

 private:
  std::string_view bytes_;
  std::size_t at_ = 0;
};

template <class T>
bool read_integer(Cursor& in, std::int64_t& out) {
  T value{};
  if (!in.read(value)) return false;
  if constexpr (sizeof(T) == 8 && std::is_unsigned_v<T>)
    if (value > static_cast<T>(std::numeric_limits<std::int64_t>::max())) return false;
  out = static_cast<std::int64_t>(value);
  return true;
}

bool read_integer(Cursor& in, std::uint32_t kind, std::int64_t& out) {
  switch (kind) {
    case u8:
      return read_integer<std::uint8_t>(in, out);
    case i8:
      return read_integer<std::int8_t>(in, out);
    case u16:
      return read_integer<std::uint16_t>(in, out);
    case i16:
      return read_integer<std::int16_t>(in, out);
    case u32:
      return read_integer<std::uint32_t>(in, out);
    case i32:
      return read_integer<std::int32_t>(in, out);
    case u64:
      return read_integer<std::uint64_t>(in, out);
    case i64:
      return read_integer<std::int64_t>(in, out);
    case boolean:
      return read_integer<std::uint8_t>(in, out) && out <= 1;
    default:
      return false;
  }
}

bool read_float(Cursor& in, std::uint32_t kind, double& out) {
  if (kind == f64) return in.read(out);
  float value = 0;
  if (!in.read(value)) return false;
  out = value;
  return true;
}

// The least that an element of an array takes, so that a count can be held against the bytes left.
std::size_t least_bytes(std::uint32_t kind) {
  switch (kind) {
    case u8:
    case i8:
    case boolean:
      return 1;
    case u16:
    case i16:
      return 2;
    case u32:
    case i32:
    case f32:
      return 4;
    default:
      return 8;
  }
}

bool read_array(Cursor& in, GgufValue& out) {
  std::uint32_t kind = 0;
  std::uint64_t size = 0;
  if (!in.read(kind) || !in.read(size) || kind >= kinds || kind == array) return false;
  if (size > in.left() / least_bytes(kind)) return false;
  const auto fill = [&](auto items, auto read_one) {
    items.resize(static_cast<std::size_t>(size));
    for (auto& item : items)
      if (!read_one(item)) return false;
    out = std::move(items);
    return true;
  };
  if (kind == string)
    return fill(std::vector<std::string>(), [&](std::string& s) { return in.read(s, kMaxText); });
  if (kind == f32 || kind == f64)
    return fill(std::vector<double>(), [&](double& d) { return read_float(in, kind, d); });
  return fill(std::vector<std::int64_t>(), [&](std::int64_t& i) { return read_integer(in, kind, i); });
}

bool read_value(Cursor& in, GgufValue& out) {
  std::uint32_t kind = 0;
  if (!in.read(kind) || kind >= kinds) return false;
  if (kind == array) return read_array(in, out);
  if (kind == string) return in.read(out.emplace<std::string>(), kMaxText);
  if (kind == f32 || kind == f64) return read_float(in, kind, out.emplace<double>());
  std::int64_t integer = 0;
  if (!read_integer(in, kind, integer)) return false;
  if (kind == boolean)
    out = integer != 0;
  else
    out = integer;
  return true;
}

// A name from a file, fit for a message.
std::string shown(std::string_view name) {
  return text::to_valid_utf8(name.substr(0, 80));
}

template <class T>
void put(std::string& out, T value) {
  out.append(reinterpret_cast<const char*>(&value), sizeof value);
}
void put_text(std::string& out, std::string_view value) {
  put(out, static_cast<std::uint64_t>(value.size()));
  out += value;
}
void pad(std::string& out) {
  out.resize((out.size() + kAlignment - 1) / kAlignment * kAlignment, '\0');
}

struct PutValue {
  std::string& out;
  void operator()(const std::string& value) const { put<std::uint32_t>(out, string), put_text(out, value); }
  void operator()(bool value) const {
    put<std::uint32_t>(out, boolean), put<std::uint8_t>(out, value ? 1 : 0);
  }
  void operator()(std::uint32_t value) const { put<std::uint32_t>(out, u32), put(out, value); }
  void operator()(float value) const { put<std::uint32_t>(out, f32), put(out, value); }
  void operator()(const std::vector<std::string>& value) const {
    begin(string, value.size());
    for (const std::string& item : value) put_text(out, item);
  }
  void operator()(const std::vector<float>& value) const {
    begin(f32, value.size());
    for (const float item : value) put(out, item);
  }
  void operator()(const std::vector<std::int32_t>& value) const {
    begin(i32, value.size());
    for (const std::int32_t item : value) put(out, item);
  }
  void begin(Kind kind, std::size_t size) const {
    put<std::uint32_t>(out, array), put<std::uint32_t>(out, kind), put<std::uint64_t>(out, size);
  }
};

}  // namespace

std::string run_elsewhere() {
#ifdef GENKAI_LIBLLAMA
  return "run it by llama.cpp's library: --model llama:FILE.gguf";
#else
  return "run it by llama.cpp's library in a program that was built with it: --model llama:FILE.gguf "
         "(docs/upstreams.md); or serve it with llama-server and give its address: --model http://...";
#endif
}

std::string gguf_type_name(std::uint32_t type) {
  const Storage* known = storage_of(type);
  return known != nullptr ? known->name : "type " + std::to_string(type);
}

std::optional<std::size_t> gguf_bytes(std::uint32_t type, std::uint64_t numbers) {
  const Storage* known = storage_of(type);
  if (known == nullptr || numbers % known->numbers != 0) return std::nullopt;
  std::uint64_t bytes = 0;
  if (__builtin_mul_overflow(numbers / known->numbers, std::uint64_t{known->bytes}, &bytes))
    return std::nullopt;
  return static_cast<std::size_t>(bytes);
}

std::size_t GgufTensor::rows() const {
  std::size_t rows = 1;
  for (std::size_t i = 1; i < dimensions.size(); ++i) rows *= static_cast<std::size_t>(dimensions[i]);
  return rows;
}

base::Result<std::shared_ptr<const Gguf>> Gguf::open(const base::Path& path) {
  GENKAI_ASSIGN_OR_RETURN(const std::shared_ptr<const base::MappedFile> file, base::MappedFile::open(path));
  return parse(file->bytes(), path.string(), file);
}

base::Result<std::shared_ptr<const Gguf>> Gguf::parse(std::string_view bytes, std::string name,
                                                      std::shared_ptr<const void> owner) {
  const auto broken = [&](const std::string& what) { return fail(Code::corrupt, name + ": " + what); };
  if (!bytes.starts_with(kMagic))
    return fail(Code::corrupt, name + ": no GGUF file",
                "a model file of llama.cpp's format begins with \"GGUF\"");
  Cursor in(bytes);
  std::uint32_t magic = 0, version = 0;
  std::uint64_t tensors = 0, values = 0;
  if (!in.read(magic) || !in.read(version)) return broken("it ends inside its header");
  if (version != 2 && version != kVersion)
    return fail(Code::unsupported, name + ": GGUF version " + std::to_string(version),
                "versions 2 and 3 (little-endian) are read; convert it with llama.cpp's tools");
  if (!in.read(tensors) || !in.read(values)) return broken("it ends inside its header");

  const auto file = std::make_shared<Gguf>();
  file->owner_ = std::move(owner);
  for (std::uint64_t i = 0; i < values; ++i) {
    std::string key;
    GgufValue value;
    if (!in.read(key, kMaxName)) return broken("its metadata ends early or has a name that is too long");
    if (!read_value(in, value)) return broken("the value of " + shown(key) + " is damaged");
    if (!file->metadata_.emplace(key, std::move(value)).second) return broken(shown(key) + " is there twice");
  }

  struct Place {
    std::uint64_t offset;
  };
  std::vector<Place> places;
  std::map<std::string, std::size_t, std::less<>> names;
  for (std::uint64_t i = 0; i < tensors; ++i) {
    GgufTensor tensor;
    std::uint32_t dimensions = 0;
    if (!in.read(tensor.name, kMaxName) || !in.read(dimensions))
      return broken("its list of tensors ends early");
    const std::string label = "tensor " + shown(tensor.name);
    if (dimensions < 1 || dimensions > 4)
      return broken(label + " has " + std::to_string(dimensions) + " dimensions, not 1 to 4");
    std::uint64_t numbers = 1;
    for (std::uint32_t d = 0; d < dimensions; ++d) {
      std::uint64_t size = 0;
      if (!in.read(size)) return broken("its list of tensors ends early");
      if (size == 0 || __builtin_mul_overflow(numbers, size, &numbers))
        return broken(label + " has an impossible shape");
      tensor.dimensions.push_back(size);
    }
    Place place{};
    if (!in.read(tensor.type) || !in.read(place.offset)) return broken("its list of tensors ends early");
    if (storage_of(tensor.type) != nullptr) {
      const auto row = gguf_bytes(tensor.type, tensor.dimensions.front());
      const auto size = gguf_bytes(tensor.type, numbers);
      if (!row || !size)
        return broken(label + " has rows that are no whole blocks of " + gguf_type_name(tensor.type));
      tensor.bytes = *size;
    }
    if (!names.emplace(tensor.name, i).second) return broken(label + " is there twice");
    file->tensors_.push_back(std::move(tensor));
    places.push_back(place);
  }

  std::size_t alignment = kAlignment;
  if (file->find("general.alignment") != nullptr) {
    const std::int64_t* set = file->get<std::int64_t>("general.alignment");
    if (set == nullptr || *set < 1 || *set > 1 << 20 ||
        !std::has_single_bit(static_cast<std::uint64_t>(*set)))
      return broken("general.alignment is no power of two");
    alignment = static_cast<std::size_t>(*set);
  }
  const std::size_t begin = (in.at() + alignment - 1) / alignment * alignment;
  for (std::size_t i = 0; i < places.size(); ++i) {
    GgufTensor& tensor = file->tensors_[i];
    if (begin > bytes.size() || places[i].offset % alignment != 0 ||
        places[i].offset > bytes.size() - begin || tensor.bytes > bytes.size() - begin - places[i].offset)
      return broken("tensor " + shown(tensor.name) + " lies outside of the file (is it cut off?)");
    tensor.data = reinterpret_cast<const std::byte*>(bytes.data() + begin + places[i].offset);
  }
  file->name_ = std::move(name);
  return std::shared_ptr<const Gguf>(file);
}

const GgufValue* Gguf::find(std::string_view key) const {
  const auto found = metadata_.find(key);
  return found == metadata_.end() ? nullptr : &found->second;
}

base::Result<std::string> Gguf::text(std::string_view key) const {
  if (const auto* value = get<std::string>(key)) return *value;
  return fail(Code::corrupt, name_ + ": it does not say " + std::string(key) + " (a text)");
}

base::Result<std::uint64_t> Gguf::count(std::string_view key) const {
  if (const auto* value = get<std::int64_t>(key); value != nullptr && *value >= 0)
    return static_cast<std::uint64_t>(*value);
  return fail(Code::corrupt, name_ + ": it does not say " + std::string(key) + " (a number of something)");
}

base::Result<double> Gguf::number(std::string_view key) const {
  if (const auto* value = get<double>(key)) return *value;
  if (const auto* value = get<std::int64_t>(key)) return static_cast<double>(*value);
  return fail(Code::corrupt, name_ + ": it does not say " + std::string(key) + " (a number)");
}

const GgufTensor* Gguf::tensor(std::string_view name) const {
  for (const GgufTensor& one : tensors_)
    if (one.name == name) return &one;
  return nullptr;
}

void GgufWriter::add(std::string name, std::vector<std::uint64_t> dimensions, GgufType type,
                     std::vector<std::byte> bytes) {
  std::uint64_t numbers = 1;
  for (const std::uint64_t size : dimensions) numbers *= size;
  assert(bytes.size() == gguf_bytes(static_cast<std::uint32_t>(type), numbers));
  tensors_.push_back({std::move(name), std::move(dimensions), type, std::move(bytes)});
}

std::string GgufWriter::bytes() const {
  std::string out(kMagic);
  put(out, kVersion);
  put<std::uint64_t>(out, tensors_.size());
  put<std::uint64_t>(out, metadata_.size());
  for (const auto& [key, value] : metadata_) {
    put_text(out, key);
    std::visit(PutValue{out}, value);
  }
  std::uint64_t offset = 0;
  for (const Tensor& tensor : tensors_) {
    put_text(out, tensor.name);
    put(out, static_cast<std::uint32_t>(tensor.dimensions.size()));
    for (const std::uint64_t size : tensor.dimensions) put(out, size);
    put(out, static_cast<std::uint32_t>(tensor.type));
    put(out, offset);
    offset = (offset + tensor.bytes.size() + kAlignment - 1) / kAlignment * kAlignment;
  }
  pad(out);
  for (const Tensor& tensor : tensors_) {
    out.append(reinterpret_cast<const char*>(tensor.bytes.data()), tensor.bytes.size());
    pad(out);
  }
  return out;
}

base::Status GgufWriter::save(const base::Path& path) const {
  return base::write_file_atomically(path, bytes());
}

}  // namespace genkai::model::native
