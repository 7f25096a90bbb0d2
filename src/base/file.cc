#include "base/file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace genkai::base {
namespace {

constexpr std::size_t kBufferSize = std::size_t{1} << 20;

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  int get() const { return fd_; }

 private:
  int fd_;
};

Status write_all(int fd, std::string_view bytes, const Path& path) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(fd, bytes.data(), bytes.size());
    if (n < 0) {
      if (errno == EINTR) continue;
      return fail(system_error("cannot write " + path.string(), errno));
    }
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  return {};
}

}  // namespace

Result<std::string> read_file(const Path& path, std::size_t limit) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0) return fail(system_error("cannot open " + path.string(), errno));
  struct stat info {};
  if (::fstat(file.get(), &info) != 0) return fail(system_error("cannot read " + path.string(), errno));
  if (S_ISDIR(info.st_mode)) return fail(Code::invalid_argument, path.string() + " is a folder, not a file");
  if (static_cast<std::uint64_t>(info.st_size) > limit)
    return fail(Code::resource_exhausted,
                path.string() + " is larger than " + std::to_string(limit >> 20) + " MiB");
  std::string content;
  content.reserve(static_cast<std::size_t>(info.st_size));
  char buffer[1 << 16];
  for (;;) {
    const ssize_t n = ::read(file.get(), buffer, sizeof buffer);
    if (n < 0) {
      if (errno == EINTR) continue;
      return fail(system_error("cannot read " + path.string(), errno));
    }
    if (n == 0) break;
    content.append(buffer, static_cast<std::size_t>(n));
    if (content.size() > limit)
      return fail(Code::resource_exhausted,
                  path.string() + " is larger than " + std::to_string(limit >> 20) + " MiB");
  }
  return content;
}

Status write_file_atomically(const Path& path, std::string_view content, unsigned mode) {
  GENKAI_ASSIGN_OR_RETURN(FileWriter writer, FileWriter::create(path, mode));
  GENKAI_RETURN_IF_ERROR(writer.append(content));
  return writer.commit();
}

Status sync_folder(const Path& folder) {
  const Path target = folder.empty() ? Path(".") : folder;
  const Descriptor file(::open(target.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (file.get() < 0 || ::fsync(file.get()) != 0)
    return fail(system_error("cannot sync folder " + target.string(), errno));
  return {};
}

Status create_folders(const Path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) return fail(system_error("cannot create folder " + folder.string(), error.value()));
  return {};
}

FileWriter::FileWriter(Path path, Path temporary, int descriptor)
    : path_(std::move(path)), temporary_(std::move(temporary)), descriptor_(descriptor) {
  buffer_.reserve(kBufferSize);
}

FileWriter::FileWriter(FileWriter&& other) noexcept
    : path_(std::move(other.path_)),
      temporary_(std::move(other.temporary_)),
      descriptor_(std::exchange(other.descriptor_, -1)),
      offset_(other.offset_),
      buffer_(std::move(other.buffer_)) {}

FileWriter::~FileWriter() {
  if (descriptor_ < 0) return;
  ::close(descriptor_);
  ::unlink(temporary_.c_str());
}

Result<FileWriter> FileWriter::create(const Path& path, unsigned mode) {
  Path temporary = path;
  temporary += ".tmp" + std::to_string(::getpid());
  ::unlink(temporary.c_str());  // what a killed process of this number left would keep its own mode
  const int fd = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
  if (fd < 0) return fail(system_error("cannot create " + path.string(), errno));
  return FileWriter(path, std::move(temporary), fd);
}

Status FileWriter::append(std::string_view bytes) {
  offset_ += bytes.size();
  if (buffer_.size() + bytes.size() > kBufferSize) GENKAI_RETURN_IF_ERROR(flush());
  if (bytes.size() > kBufferSize) return write_all(descriptor_, bytes, path_);
  buffer_.append(bytes);
  return {};
}

Status FileWriter::flush() {
  auto status = write_all(descriptor_, buffer_, path_);
  buffer_.clear();
  return status;
}

Status FileWriter::commit() {
  GENKAI_RETURN_IF_ERROR(flush());
  if (::fsync(descriptor_) != 0) return fail(system_error("cannot sync " + path_.string(), errno));
  if (::rename(temporary_.c_str(), path_.c_str()) != 0)
    return fail(system_error("cannot rename to " + path_.string(), errno));
  ::close(std::exchange(descriptor_, -1));
  return sync_folder(path_.parent_path());
}

Result<std::shared_ptr<const MappedFile>> MappedFile::open(const Path& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0) return fail(system_error("cannot open " + path.string(), errno));
  struct stat info {};
  if (::fstat(file.get(), &info) != 0) return fail(system_error("cannot read " + path.string(), errno));
  const auto size = static_cast<std::size_t>(info.st_size);
  const char* data = "";
  if (size > 0) {
    void* address = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, file.get(), 0);
    if (address == MAP_FAILED) return fail(system_error("cannot map " + path.string(), errno));
    data = static_cast<const char*>(address);
  }
  return std::shared_ptr<const MappedFile>(new MappedFile(data, size));
}

MappedFile::~MappedFile() {
  if (size_ > 0) ::munmap(const_cast<char*>(data_), size_);
}

}  // namespace genkai::base
