using CifarVision.Runtime;

namespace CifarVision.Models;

/// <summary>Checks the arguments of the model builders.</summary>
internal static class ImageModel
{
    /// <summary>Returns the shape of one image. The shape of an array of images, (N, height, width, channels), is accepted too.</summary>
    public static TensorShape InputShape(string builder, TensorShape inputShape, int minimumSide, int numClasses)
    {
        if (inputShape.Rank == 4)
            inputShape = new TensorShape(inputShape.Dims[1..]);
        if (inputShape.Rank != 3 || inputShape[0] < minimumSide || inputShape[1] < minimumSide)
        {
            throw new ArgumentException(
                $"{builder}: inputShape must be (height, width, channels) with sides of at least {minimumSide}, but was {inputShape}. Pass (32, 32, 3), or the shape of an array of images.",
                nameof(inputShape));
        }

        if (numClasses < 2)
            throw new ArgumentOutOfRangeException(nameof(numClasses), $"{builder}: numClasses must be at least 2, but was {numClasses}.");
        return inputShape;
    }
}
