// All layers of component halfpixel::model.
#pragma once

#include <halfpixel/keras/layers/activation.hpp>
#include <halfpixel/keras/layers/attention.hpp>
#include <halfpixel/keras/layers/convolution.hpp>
#include <halfpixel/keras/layers/deserialize.hpp>
#include <halfpixel/keras/layers/merging.hpp>
#include <halfpixel/keras/layers/normalization.hpp>
#include <halfpixel/keras/layers/pooling.hpp>
#include <halfpixel/keras/layers/preprocessing.hpp>
#include <halfpixel/keras/layers/regularization.hpp>
#include <halfpixel/keras/layers/reshaping.hpp>
#include <halfpixel/keras/resizing.hpp>
#include <halfpixel/keras/up_sampling.hpp>
