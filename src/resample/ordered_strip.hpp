// One strip of columns of a run of ordered sums.
#pragma once

#include <algorithm>
#include <cstdint>
#include <type_traits>

#include "kernels/prefetch.hpp"
#include "resample/ordered_axes.hpp"

namespace halfpixel::resample {

// Numbers are T.
template <class T>
class OrderedStrip {
 public:
  OrderedStrip(const Run& run, const char* src, char* dst, const Strip& strip,
               OrderedScratch& scratch)
      : run_(run),
        strip_(strip),
        src_(src),
        dst_(dst),
        scratch_(scratch),
        kernels_(run.kernels->ordered[static_cast<int>(run.spec->sums.number)]),
        axes_(*run.spec),
        src_numbers_((strip.src.end - strip.src.begin) * strip.channels),
        dst_numbers_((strip.dst.end - strip.dst.begin) * strip.channels),
        kept_(axes_.keeps_filtered() ? dst_numbers_ : src_numbers_),
        ring_rows_(kept_ > 0 ? OrderedScratch::kRing / kBytes / kept_ : 1),
        src_channel_(strip.channel * static_cast<std::int64_t>(size_of(run.spec->input_dtype))),
        dst_channel_(strip.channel * static_cast<std::int64_t>(size_of(run.spec->output_dtype))) {
    direct_ = std::is_same_v<T, float> && run.spec->input_dtype == DType::float32 &&
              run.src.dense() && strip.channels == run.channels;
    by_windows_ = std::is_same_v<T, float> && run.windows != nullptr &&
                  strip.channels == run.channels && axes_.columns != nullptr;
    // Sums along rows that are the last go to where they belong.
    in_place_ = std::is_same_v<T, float> && run.spec->output_dtype == DType::float32 &&
                run.dst.dense() && strip.channels == run.channels && axes_.planes == nullptr &&
                axes_.rows != nullptr && (axes_.columns == nullptr || axes_.columns_first) &&
                (!run.stream || pass(1).finish.kind == kernels::Finish::Kind::none);
  }

  // Output rows [begin, end).
  void rows(std::int64_t begin, std::int64_t end) {
    for (std::int64_t y = begin; y < end; y += kTogether) {
      const int together = static_cast<int>(std::min<std::int64_t>(kTogether, end - y));
      T* results[kTogether];
      if (axes_.planes == nullptr) {
        const std::int64_t z = run_.spec->spatial_rank == 3 ? run_.z : 0;
        produce(z, y, together, end, results);
      } else {
        mix_planes(y, together, results);
      }
      for (int r = 0; r < together && !in_place_; ++r) store(y + r, results[r]);
    }
  }

  // The same where not even single columns fit: one number at a time, its sums in pieces.
  void pixels(std::int64_t begin, std::int64_t end) {
    T values[kMostSlowChannels];
    for (std::int64_t y = begin; y < end; ++y) {
      for (std::int64_t c = 0; c < strip_.channels; ++c) values[c] = value(y, c);
      store(y, values);
    }
  }

 private:
  static constexpr auto kBytes = static_cast<std::int64_t>(sizeof(T));
  static constexpr int kTogether = kernels::NumbersJob::kRows;
  static constexpr std::int64_t kFewChannels = 4;  // up to here interleaving pays
  static constexpr std::int64_t kMostSlowChannels = 4;

  const OrderedSums::Pass& pass(int from_last) const {
    return run_.spec->sums.pass[run_.spec->spatial_rank - 1 - from_last];
  }
  T* eight(char* memory, std::int64_t r, std::int64_t numbers) const {
    return reinterpret_cast<T*>(memory) + r * numbers;
  }
  const char* source(std::int64_t z, std::int64_t row, std::int64_t column) const {
    const char* const plane = src_ + (z - run_.src_plane) * run_.src.plane_step;
    return run_.src_at(plane, row, column) + src_channel_;
  }
  char* place_of(std::int64_t row) const {
    return run_.dst_at(dst_, row, strip_.dst.begin) + dst_channel_;
  }
  void store(std::int64_t row, T* numbers) const {
    store_numbers(run_, numbers, strip_.dst.end - strip_.dst.begin, strip_.channels, place_of(row));
  }

  // A source row of the strip, where it lies or in `memory`.
  const T* load(std::int64_t z, std::int64_t row, T* memory) const {
    const char* const from = source(z, row, strip_.src.begin);
    if (direct_) return reinterpret_cast<const T*>(from);
    load_numbers(run_, from, strip_.src.end - strip_.src.begin, strip_.channels, memory);
    return memory;
  }

  // Memory is told beforehand of rows that are read where they lie.
  void ask_for(std::int64_t z, Range rows) const {
    if (!direct_) return;
    for (std::int64_t row = rows.begin; row < rows.end; ++row) {
      const char* const from = source(z, row, strip_.src.begin);
      for (std::int64_t i = 0; i < src_numbers_ * kBytes; i += 64) kernels::prefetch(from + i);
    }
  }

  // Rows of a plane's results; those up to `end` will be asked for later.
  void produce(std::int64_t z, std::int64_t y, int together, std::int64_t end, T** results) {
    if (z != ring_plane_) ring_begin_ = ring_end_ = 0, ring_plane_ = z;
    T* filtered[kTogether];
    for (int r = 0; r < together; ++r) {
      results[r] = filtered[r] = eight(scratch_.results, r, dst_numbers_);
    }
    if (axes_.rows == nullptr) {
      const T* loaded[kTogether];
      for (int r = 0; r < together; ++r) {
        loaded[r] = load(z, y + r, eight(scratch_.rows, r, src_numbers_));
      }
      if (axes_.columns != nullptr) return filter_columns(loaded, together, filtered);
      for (int r = 0; r < together; ++r) std::copy_n(loaded[r], dst_numbers_, results[r]);
      return;
    }
    if (axes_.keeps_filtered() || axes_.columns == nullptr) {
      for (int r = 0; r < together; ++r) {
        if (in_place_) results[r] = filtered[r] = reinterpret_cast<T*>(place_of(y + r));
        sum_rows(z, y + r, end, dst_numbers_, filtered[r]);
      }
      return;
    }
    const T* summed[kTogether];
    for (int r = 0; r < together; ++r) {
      T* const row = eight(scratch_.rows, r, src_numbers_);
      sum_rows(z, y + r, end, src_numbers_, row);
      summed[r] = row;
    }
    filter_columns(summed, together, filtered);
  }

  // Rows of the strip's source columns to rows of its results.
  void filter_columns(const T* const* from, int count, T* const* to) const {
    const AxisTable& table = *axes_.columns;
    const std::int64_t begin = strip_.dst.begin, outputs = strip_.dst.end - begin;
    const bool pair = table.kind == AxisTable::Kind::pair;
    kernels::OrderedColumnsJob job{
        from[0],
        strip_.src.begin,
        table.src_len,
        table.first.data() + begin,
        pair ? table.second.data() + begin : nullptr,
        pair ? nullptr : table.count.data() + begin,
        weights_of<T>(table, begin),
        table.taps,
        outputs,
        strip_.channels,
        0,
        0,
        pass(0).start,
        pass(0).finish,
        nullptr,
    };
    job.edges_from_zero = pass(0).edges_from_zero;
    if (by_windows_) {
      kernels::OrderedWindowsJob rows{run_.windows, job, src_numbers_, strip_.dst.begin, count,
                                      {},           {}};
      for (int r = 0; r < count; ++r) {
        rows.src[r] = reinterpret_cast<const float*>(from[r]);
        rows.dst[r] = reinterpret_cast<float*>(to[r]);
      }
      return kernels_.windows[static_cast<int>(pass(0).order)](rows);
    }
    const auto filter = kernels_.columns[static_cast<int>(pass(0).order)];
    if (count == 1 || strip_.channels > kFewChannels) {
      for (int r = 0; r < count; ++r) {
        job.src = from[r];
        job.dst = to[r];
        filter(job);
      }
      return;
    }
    kernels::NumbersJob numbers{{}, scratch_.packed, src_numbers_};
    for (int r = 0; r < kTogether; ++r) {
      numbers.rows[r] = const_cast<T*>(from[std::min(r, count - 1)]);
    }
    interleave(numbers);
    job.src = scratch_.packed;
    job.dst = scratch_.filtered;
    job.width *= kTogether;
    filter(job);
    numbers = {{}, scratch_.filtered, dst_numbers_};
    for (int r = 0; r < count; ++r) numbers.rows[r] = to[r];
    deinterleave(numbers);
  }

  // Numbers of 32 bits are moved as floats are, whatever they are.
  kernels::InterleaveJob as_floats(const kernels::NumbersJob& numbers) const {
    kernels::InterleaveJob job{{}, static_cast<float*>(numbers.packed), numbers.count};
    for (int r = 0; r < kTogether; ++r) job.rows[r] = static_cast<float*>(numbers.rows[r]);
    return job;
  }
  void interleave(const kernels::NumbersJob& numbers) const {
    if constexpr (sizeof(T) == sizeof(float))
      run_.kernels->interleave(as_floats(numbers));
    else
      kernels_.interleave(numbers);
  }
  void deinterleave(const kernels::NumbersJob& numbers) const {
    if constexpr (sizeof(T) == sizeof(float))
      run_.kernels->deinterleave(as_floats(numbers));
    else
      kernels_.deinterleave(numbers);
  }

  T* ring_row(std::int64_t row) const { return eight(scratch_.ring, row % ring_rows_, kept_); }

  // Makes the ring hold rows [needed.begin, needed.end), and maybe more that output rows before
  // `rows_end` read.
  void fill_ring(std::int64_t z, Range needed, std::int64_t rows_end) {
    const std::int64_t end = positions_of(*axes_.rows, rows_end - 1).end;
    if (needed.begin < ring_begin_ || needed.begin > ring_end_) {
      ring_begin_ = ring_end_ = needed.begin;
    }
    while (ring_end_ < needed.end) {
      const std::int64_t most = axes_.keeps_filtered() ? kTogether : 1;
      const std::int64_t last = std::max(end, needed.end);
      const int count = static_cast<int>(std::min(most, last - ring_end_));
      if (!axes_.keeps_filtered()) {
        load(z, ring_end_, ring_row(ring_end_));
      } else {
        const T* loaded[kTogether];
        T* filtered[kTogether];
        for (int r = 0; r < count; ++r) {
          loaded[r] = load(z, ring_end_ + r, eight(scratch_.rows, r, src_numbers_));
          filtered[r] = ring_row(ring_end_ + r);
        }
        const std::int64_t next = ring_end_ + count;
        ask_for(z, {next, std::min(next + most, last)});
        filter_columns(loaded, count, filtered);
      }
      ring_end_ += count;
      ring_begin_ = std::max(ring_begin_, ring_end_ - ring_rows_);
    }
  }

  // The sums along rows of one output row, of `count` numbers.
  void sum_rows(std::int64_t z, std::int64_t y, std::int64_t end, std::int64_t count, T* dst) {
    const AxisTable& table = *axes_.rows;
    const std::int64_t terms = terms_of(table, y);
    const bool in_memory = direct_ && !axes_.keeps_filtered();
    if (!in_memory) {
      const Range needed = positions_of(table, y);
      if (needed.begin < ring_begin_ || needed.end > ring_end_) fill_ring(z, needed, end);
    }
    for (std::int64_t k = 0; k < terms; ++k) {
      const std::int64_t row = position_of(table, y, k);
      scratch_.terms[k] = in_memory ? static_cast<const void*>(load(z, row, nullptr))
                                    : static_cast<const void*>(ring_row(row));
    }
    kernels::OrderedRowsJob job{scratch_.terms, weights_of<T>(table, y), terms,          0,  terms,
                                count,          pass(1).start,           pass(1).finish, dst};
    job.stream = in_place_ && run_.stream;
    const std::int64_t multiple = run_.spec->sums.descending_multiple;
    const auto sums = [&](kernels::SumOrder order) {
      if (job.count > 0) kernels_.rows[static_cast<int>(order)](job);
    };
    if (multiple == 0) return sums(pass(1).order);
    // Numbers are counted along the whole row of all channels.
    const std::int64_t channels = channels_of(*run_.spec, run_.spec->output_shape);
    const std::int64_t length = run_.columns().dst_len * channels;
    const std::int64_t limit = length / multiple * multiple;
    if (strip_.channels == channels) {
      const std::int64_t left = limit - strip_.dst.begin * channels;
      job.count = std::clamp<std::int64_t>(left, 0, count);
      sums(kernels::SumOrder::descending);
      for (std::int64_t k = 0; k < terms; ++k) {
        scratch_.terms[k] = static_cast<const T*>(scratch_.terms[k]) + job.count;
      }
      job.dst = dst + job.count;
      job.count = count - job.count;
      return sums(pass(1).order);
    }
    mixed_rows(job, limit, channels, dst);
  }

  // The same where a strip holds some of the channels: one number at a time.
  void mixed_rows(kernels::OrderedRowsJob job, std::int64_t limit, std::int64_t channels, T* dst) {
    const std::int64_t count = job.count;
    job.count = 1;
    // Channels that are not inside of pixels are the last of the outer axes.
    const bool outside = run_.channels != channels;
    const std::int64_t channel = outside ? run_.image % channels : strip_.channel;
    for (std::int64_t i = 0; i < count; ++i) {
      const std::int64_t pixel = strip_.dst.begin + i / strip_.channels;
      const std::int64_t at = pixel * channels + channel + i % strip_.channels;
      const auto order = at < limit ? kernels::SumOrder::descending : pass(1).order;
      job.dst = dst + i;
      kernels_.rows[static_cast<int>(order)](job);
      for (std::int64_t k = 0; k < job.terms; ++k) {
        scratch_.terms[k] = static_cast<const T*>(scratch_.terms[k]) + 1;
      }
    }
  }

  void mix_planes(std::int64_t y, int together, T** results) {
    const AxisTable& table = *axes_.planes;
    if (table.kind == AxisTable::Kind::taps) return add_planes(y, together, results);
    T* plane[2][kTogether];
    for (int k = 0; k < 2; ++k) {
      const std::int64_t z = position_of(table, run_.z, k);
      produce(z, y, together, y + together, plane[k]);
      for (int r = 0; r < together; ++r) {  // the second half of `rows` is free
        T* const kept =
            eight(scratch_.rows, (k + 1) * kTogether + r, OrderedScratch::kEight / kBytes / 32);
        std::copy(plane[k][r], plane[k][r] + dst_numbers_, kept);
        plane[k][r] = kept;
      }
    }
    for (int r = 0; r < together; ++r) {
      T* const mixed = eight(scratch_.results, r, dst_numbers_);
      const void* terms[2] = {plane[0][r], plane[1][r]};
      kernels_.rows[static_cast<int>(pass(2).order)]({terms, weights_of<T>(table, run_.z), 2, 0, 2,
                                                      dst_numbers_, pass(2).start, pass(2).finish,
                                                      mixed});
      results[r] = mixed;
    }
  }

  // The same for any number of planes; the order ascends.
  void add_planes(std::int64_t y, int together, T** results) {
    const AxisTable& table = *axes_.planes;
    const std::int64_t terms = terms_of(table, run_.z);
    const auto sum = [&](int r) {  // the second half of `rows` is free
      return eight(scratch_.rows, kTogether + r, OrderedScratch::kEight / kBytes / 32);
    };
    for (std::int64_t k = 0; k < std::max<std::int64_t>(terms, 1); ++k) {
      T* plane[kTogether];
      if (terms > 0) produce(position_of(table, run_.z, k), y, together, y + together, plane);
      for (int r = 0; r < together; ++r) {
        const void* const term[1] = {terms > 0 ? plane[r] : nullptr};
        kernels_.rows[static_cast<int>(pass(2).order)](
            {term, weights_of<T>(table, run_.z) + k, std::min<std::int64_t>(terms, 1), k, terms,
             dst_numbers_, pass(2).start, pass(2).finish, sum(r)});
      }
    }
    for (int r = 0; r < together; ++r) results[r] = sum(r);
  }

  // A sum of single numbers, value(k) for k in [0, terms), taken in pieces.
  template <class Value>
  T along(std::int64_t terms, int from_last, const AxisTable& table, std::int64_t i, Value value) {
    constexpr std::int64_t kPiece = 256;
    const OrderedSums::Pass& sums = pass(from_last);
    T numbers[kPiece];
    const void* rows[kPiece];
    T sum{};
    for (std::int64_t before = 0; before == 0 || before < terms; before += kPiece) {
      const std::int64_t count = std::min(kPiece, terms - before);
      for (std::int64_t k = 0; k < count; ++k) {
        numbers[k] = value(before + k);
        rows[k] = numbers + k;
      }
      kernels_.rows[static_cast<int>(sums.order)]({rows, weights_of<T>(table, i) + before, count,
                                                   before, terms, 1, sums.start, sums.finish,
                                                   &sum});
    }
    return sum;
  }

  // One channel of a source pixel.
  T number_at(std::int64_t z, std::int64_t row, std::int64_t column, std::int64_t channel) const {
    T pixel[kMostSlowChannels];
    load_numbers(run_, source(z, row, column), 1, strip_.channels, pixel);
    return pixel[channel];
  }

  T value(std::int64_t y, std::int64_t channel) {
    const bool volume = run_.spec->spatial_rank == 3;
    if (axes_.planes == nullptr) return pixel(volume ? run_.z : 0, y, channel);
    const AxisTable& table = *axes_.planes;
    return along(terms_of(table, run_.z), 2, table, run_.z,
                 [&](std::int64_t k) { return pixel(position_of(table, run_.z, k), y, channel); });
  }

  T pixel(std::int64_t z, std::int64_t y, std::int64_t channel) {
    const std::int64_t x = strip_.dst.begin;
    const auto along_columns = [&](auto value) {
      if (axes_.columns == nullptr) return value(x);
      const AxisTable& table = *axes_.columns;
      return along(terms_of(table, x), 0, table, x,
                   [&](std::int64_t k) { return value(position_of(table, x, k)); });
    };
    const auto along_rows = [&](auto value) {
      if (axes_.rows == nullptr) return value(y);
      const AxisTable& table = *axes_.rows;
      return along(terms_of(table, y), 1, table, y,
                   [&](std::int64_t k) { return value(position_of(table, y, k)); });
    };
    if (axes_.columns_first) {
      return along_rows([&](std::int64_t row) {
        return along_columns(
            [&](std::int64_t column) { return number_at(z, row, column, channel); });
      });
    }
    return along_columns([&](std::int64_t column) {
      return along_rows([&](std::int64_t row) { return number_at(z, row, column, channel); });
    });
  }

  const Run& run_;
  const Strip& strip_;
  const char* src_;
  char* dst_;
  OrderedScratch& scratch_;
  const kernels::OrderedKernels& kernels_;
  OrderedAxes axes_;
  std::int64_t src_numbers_, dst_numbers_;
  std::int64_t kept_;                       // numbers of a row of the ring
  std::int64_t ring_rows_;                  // that it holds
  std::int64_t src_channel_, dst_channel_;  // bytes from a pixel to the strip's first channel
  std::int64_t ring_begin_ = 0, ring_end_ = 0, ring_plane_ = -1;
  bool direct_;      // source rows can be read where they lie
  bool by_windows_;  // columns are filtered
  bool in_place_;    // results are written where they belong
};

}  // namespace halfpixel::resample
