using CifarVision.Layers;
using CifarVision.Models;
using CifarVision.Plotting.Network;
using CifarVision.Tests.Testing;
using ScottPlot;

namespace CifarVision.Tests.Plotting.Network;

public class GraphOrderTests
{
    public static TheoryData<string> Names => [.. FunctionalModels.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Arrange_FunctionalModel_NothingOverlapsAndConnectionsLeadToTheNextRow(string name)
    {
        using Model model = FunctionalModels.All[name]();
        IReadOnlyList<List<GraphCell>> rows = GraphRows.Of(model.Graph, Box);
        GraphOrder.Arrange(rows);

        Assert.Equal(model.Graph.Nodes.Count, rows.Sum(row => row.Count(cell => cell.Part is not null)));
        for (int i = 0; i < rows.Count; i++)
        {
            foreach ((GraphCell left, GraphCell right) in rows[i].Zip(rows[i].Skip(1)))
                Assert.True(left.X + (left.Width / 2) < right.X - (right.Width / 2));
            foreach (GraphCell lower in rows[i].SelectMany(cell => cell.Below))
                Assert.Contains(lower, rows[i + 1]);
        }
    }

    [Fact]
    public void Arrange_Shortcut_PassesBesideTheBoxes()
    {
        KerasTensor x = Keras.Input(4);
        using var model = new Model(x, new Add().Call(x, new Dense(4).Call(new Dense(4).Call(x))));
        IReadOnlyList<List<GraphCell>> rows = GraphRows.Of(model.Graph, Box);
        GraphOrder.Arrange(rows);

        Assert.Equal([1, 2, 2, 1], rows.Select(row => row.Count));
        Assert.Equal(rows[1].Single(cell => cell.Part is null).X, rows[2].Single(cell => cell.Part is null).X, 0.5f);
    }

    private static LayerBox Box(Layer layer) => new(LayerText.Of(layer, showShapes: true, showParams: true), 200, Colors.White);
}
