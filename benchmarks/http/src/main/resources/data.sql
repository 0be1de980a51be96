merge into orders values (1, 1), (2, 2);
merge into customer values (1, 'ann'), (2, 'bob');
merge into line values (1, 1, 'tea', 2), (2, 1, 'cup', 1), (3, 2, 'tea', 1);
