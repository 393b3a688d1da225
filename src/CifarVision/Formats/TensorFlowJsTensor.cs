using CifarVision.Runtime;

namespace CifarVision.Formats;

/// <summary>A tensor between the layers of a TensorFlow.js model.</summary>
/// <param name="Layer">The layer whose output it is.</param>
/// <param name="Call">The index of the call of the layer that computes it.</param>
/// <param name="Pass">The pass over its list of layers in which TensorFlow.js makes that call.</param>
/// <param name="Shape">The shape of one sample.</param>
internal readonly record struct TensorFlowJsTensor(TensorFlowJsLayer Layer, int Call, int Pass, TensorShape Shape);
