// khop/khop.hpp: khop for C++17: what a function hands out is owned and freed, and a status becomes an exception.
//
//   khop::graph graph;
//   khop::check(khop_graph_read(&graph, "karate.graphml", nullptr));
//   khop::rings rings;
//   const int hops[] = {0, 1, 2};
//   khop::check(khop_rings_build(&rings, graph, 3, hops, nullptr));
//
// A handle is where a function of C puts its result (&handle), stands for the pointer wherever one is read, and frees
// what it holds when it ends or is filled again. It moves and is not copied. Nothing here is compiled into the library.
#ifndef KHOP_KHOP_HPP
#define KHOP_KHOP_HPP

#include <khop/khop.h>

#include <stdexcept>
#include <utility>

namespace khop {

// What check throws: the status, and the sentence of khop_message.
class error : public std::runtime_error {
public:
  explicit error(khop_status status) : std::runtime_error(khop_message()), status_(status) {}
  khop_status status() const noexcept { return status_; }

private:
  khop_status status_;
};

inline void check(khop_status status) {
  if (status != KHOP_OK) throw error(status);
}

// An object of C, and the function that frees it.
template <class T, void (*release)(T *)> class handle {
public:
  handle() noexcept = default;
  explicit handle(T *object) noexcept : object_(object) {}
  handle(handle &&other) noexcept : object_(other.take()) {}
  handle &operator=(handle &&other) noexcept {
    reset(other.take());
    return *this;
  }
  handle(const handle &) = delete;
  handle &operator=(const handle &) = delete;
  ~handle() { release(object_); }

  // Where a function of C puts a new object; one that is held is freed first.
  T **operator&() noexcept {
    reset();
    return &object_;
  }
  operator T *() const noexcept { return object_; }
  T *get() const noexcept { return object_; }
  explicit operator bool() const noexcept { return object_ != nullptr; }
  // Gives the object away, as to khop_data_new, which takes ownership of its graph on success.
  T *take() noexcept { return std::exchange(object_, nullptr); }
  void reset(T *object = nullptr) noexcept {
    if (object != object_) release(std::exchange(object_, object));
  }

private:
  T *object_ = nullptr;
};

using graph = handle<khop_graph, khop_graph_free>;
using data = handle<khop_data, khop_data_free>;
using graphs = handle<khop_graphs, khop_graphs_free>;
using rings = handle<khop_rings, khop_rings_free>;
using taps = handle<khop_taps, khop_taps_free>;
using model = handle<khop_model, khop_model_free>;
using run = handle<khop_run, khop_run_free>;
using optimizer = handle<khop_optimizer, khop_optimizer_free>;
using trainer = handle<khop_trainer, khop_trainer_free>;
using predictor = handle<khop_predictor, khop_predictor_free>;
using molecule = handle<khop_molecule, khop_molecule_free>;
using records = handle<khop_records, khop_records_free>;
using descriptors = handle<khop_descriptors, khop_descriptors_free>;
using schema = handle<khop_schema, khop_schema_free>;

// A struct of options with its size set: auto options = khop::sized<khop_train_options>(); options.seeds = 5;
template <class Options> Options sized() noexcept {
  Options options{};
  options.size = sizeof options;
  return options;
}

} // namespace khop

#endif
